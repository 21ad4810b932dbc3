import assert from "node:assert/strict";
import { link, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";

suite("partial files", () => {
  test("what is written does not show under another name of the file, as a kill leaves one", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-partial-"));
    try {
      const [whole, partial] = [path.join(folder, "model.gguf"), path.join(folder, "model.gguf.partial")];
      await writeFile(whole, "the whole file");
      await link(whole, partial);
      const file = await createPartialFiles().open(partial);
      await file.write(0, [Buffer.from("XXX")]);
      await file.close();
      assert.equal(await readFile(whole, "utf8"), "the whole file");
      assert.equal(await readFile(partial, "utf8"), "XXX whole file");
      assert.equal((await stat(partial)).nlink, 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a note is left where nothing has the name, and takes the place of nothing", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-partial-"));
    try {
      const note = path.join(folder, "note");
      await createPartialFiles().note(note, "first");
      await createPartialFiles().note(note, "second");
      assert.equal(await readFile(note, "utf8"), "first");
      await assert.rejects(createPartialFiles().note(path.join(folder, "none", "note"), "x"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
