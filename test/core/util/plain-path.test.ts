import assert from "node:assert/strict";
import { plainPath } from "../../../src/core/util/plain-path.ts";

test("an absolute path loses the steps that lead back, and no other path changes", () => {
  for (const [given, plain] of [
    ["/models/../models/a", "/models/a"],
    ["/../../etc", "/etc"],
    ["/a/./b//c/..", "/a/b"],
    ["/a//b/", "/a//b/"],
    ["/", "/"],
    [String.raw`C:\models\..\other\x`, String.raw`C:\other\x`],
    [String.raw`C:\..\x`, String.raw`C:\x`],
    ["C:/models/../other/x", "C:/other/x"],
    ["C:/models/x\\..\\y", "C:/models/y"],
    [String.raw`\\box\share\..\x`, String.raw`\\box\share\x`],
    ["a/../b", "a/../b"],
    ["..", ".."],
    ["", ""],
  ] as const)
    assert.equal(plainPath(given), plain, given);
});
