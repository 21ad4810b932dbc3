import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

const webview = path.join(import.meta.dirname, "../../../src/webview");

suite("the component library", () => {
  test("is known to one file: no other names its package or its tags", async () => {
    const files = (await readdir(webview, { recursive: true })).filter((name) => name.endsWith(".ts"));
    assert.ok(files.length > 5);
    for (const file of files) {
      const knows = /vscode-(?!dark|light|high)|webview-ui-toolkit/.test(
        await readFile(path.join(webview, file), "utf8"),
      );
      assert.equal(knows, file === path.join("ui", "kit.ts"), file);
    }
  });
});
