import assert from "node:assert/strict";
import { keepsFirst } from "../../../src/core/present/keeps-first.ts";

const rows = (...details: readonly string[]) =>
  ["$(check) Alpha", "Beta", "Gamma"].map((label, index) => ({ label, detail: details[index] ?? "" }));
const bare = rows("8B", "8B", "70B");

suite("rows that say something else while a person types", () => {
  test("where a name is found by what is typed, it stays the first, whatever is said beside others", () => {
    assert.ok(keepsFirst(bare, rows("8B · beta fits", "8B · fits", "70B"), "beta"));
    assert.ok(keepsFirst(bare, rows("8B · fits", "8B", "70B"), " ALPHA "));
  });

  test("nothing typed: they may say what they like", () => {
    assert.ok(keepsFirst(bare, rows("fits", "too large", ""), " "));
  });

  test("a row before the first that comes to be found takes its place: no", () => {
    const before = rows("8B", "8B · fits", "70B");
    assert.ok(!keepsFirst(before, rows("8B · fits", "8B · fits", "70B"), "fits"));
    assert.ok(keepsFirst(before, rows("8B", "8B · fits", "70B · fits"), "fits"));
    assert.ok(!keepsFirst(before, rows("8B", "8B · too large", "70B · fits"), "fits"));
  });

  test("the first that is found at all is new: no; none before and none after: yes", () => {
    assert.ok(!keepsFirst(bare, rows("8B", "8B · fits", "70B"), "fits"));
    assert.ok(keepsFirst(bare, rows("8B · fits", "8B", "70B"), "xyz"));
  });

  test("what may be a match, and may be none, is no proof; the name of an icon is nothing that is found", () => {
    assert.ok(!keepsFirst(bare, rows("8B · Fits the GPU", "8B", "70B"), "fg"));
    assert.ok(!keepsFirst(bare, rows("8B · check it", "8B", "70B"), "check"));
  });
});
