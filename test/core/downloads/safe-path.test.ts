import assert from "node:assert/strict";
import path from "node:path";
import { assert as check, property, string } from "fast-check";
import { refusePath, safeJoin } from "../../../src/core/downloads/safe-path.ts";

suite("paths from outside", () => {
  for (const bad of [
    "../up",
    "a/../../up",
    "/etc/passwd",
    "C:/windows",
    "C:x",
    "a\\b",
    "\\\\host\\share",
    "//host/share",
    "a//b",
    "./a",
    "",
    "a/",
    "con",
    "sub/NUL.gguf",
    "com1.txt",
    "LPT¹",
    "name.",
    "name ",
    "a:stream",
    "what?",
    "tab\there",
    "nul\0here",
    "rtl\u202egnp.exe",
    "x".repeat(300),
  ]) {
    test(`${JSON.stringify(bad.slice(0, 30))} is refused on every system`, () => {
      assert.notEqual(refusePath(bad), undefined);
      assert.throws(() => safeJoin("/models", bad), RangeError);
    });
  }

  test("ordinary names pass, with blanks, dots and letters of any script", () => {
    assert.equal(
      safeJoin("/models/", "owner/Llama 3.1/modèle-Q4_K_M.gguf"),
      "/models/owner/Llama 3.1/modèle-Q4_K_M.gguf",
    );
    assert.equal(safeJoin("C:\\models", "owner/repo/a.gguf"), "C:\\models\\owner\\repo\\a.gguf");
    assert.equal(refusePath(".hidden/file"), undefined);
    assert.equal(refusePath("console.json"), undefined);
  });

  test("whatever passes stays below its root, by the rules of both systems", () => {
    check(
      property(string({ unit: "grapheme", maxLength: 40 }), (inside) => {
        if (refusePath(inside) !== undefined) return;
        const posix = path.posix.relative("/root", path.posix.resolve("/root", inside));
        assert.ok(posix !== "" && posix.split("/")[0] !== ".." && !path.posix.isAbsolute(posix));
        const windows = path.win32.relative("C:\\root", path.win32.resolve("C:\\root", inside));
        assert.ok(windows !== "" && windows.split("\\")[0] !== ".." && !path.win32.isAbsolute(windows));
      }),
      { numRuns: 2000, examples: [["../x"], ["a/b"], ["c:/x"]] },
    );
  });
});
