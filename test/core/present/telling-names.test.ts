import assert from "node:assert/strict";
import { tellingNames } from "../../../src/core/present/telling-names.ts";

suite("names that tell files apart", () => {
  const names = (...paths: readonly string[]): readonly string[] => [...tellingNames(paths).values()];

  test("take as many folders as each needs, with either slash, and a whole path where another goes on before it", () => {
    assert.deepEqual(names("/m/one/x/a", "/m/two/x/a", "/m/b", "/m/c/a"), ["one/x/a", "two/x/a", "b", "c/a"]);
    assert.deepEqual(names("C:\\one\\a", "C:\\two\\a"), ["one/a", "two/a"]);
    assert.deepEqual(names("x/a", "m/x/a", "x/a"), ["x/a", "m/x/a"]);
  });

  test("are had of ten thousand files of one name, as of one", () => {
    const all = Array.from({ length: 10_000 }, (_, at) => `/m/${at}/part/config.json`);
    assert.equal(new Set(names(...all)).size, all.length);
  });
});
