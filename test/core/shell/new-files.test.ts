import assert from "node:assert/strict";
import { createNewFiles } from "../../../src/extension/library/new-files.ts";

suite("rows of new model files", () => {
  test("count by folder what is told, go when they were seen, and all when something was done", () => {
    let drawn = 0;
    const fresh = createNewFiles(() => (drawn += 1));
    fresh.hear({ kind: "models", names: ["a"] });
    fresh.hear({ kind: "history" });
    assert.deepEqual([fresh.nodes(), drawn], [[], 0]);
    for (const folder of ["/m/a", "/m/b", "/m/a"]) fresh.hear({ kind: "newFiles", folder, files: 2 });
    assert.deepEqual(fresh.nodes(), [
      { kind: "newFiles", folder: "/m/a", files: 4 },
      { kind: "newFiles", folder: "/m/b", files: 2 },
    ]);
    fresh.seen("/m/a");
    assert.equal(fresh.nodes().length, 1);
    fresh.hear({ kind: "history" });
    assert.deepEqual([fresh.nodes(), drawn], [[], 5]);
    for (let at = 0; at < 9; at += 1) fresh.hear({ kind: "newFiles", folder: `/m/${at}`, files: 1 });
    assert.equal(fresh.nodes().length, 5);
  });
});
