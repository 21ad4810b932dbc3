import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeFolderWatch } from "../../../src/core/adapters/node-folder-watch.ts";

suite("watching a folder", () => {
  let root: string;
  setup(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "folder-watch-"));
  });
  teardown(() => rm(root, { recursive: true, force: true }));

  test("tells the names of what comes and goes, and of nothing once it is let go", async () => {
    const heard: (string | undefined)[] = [];
    let wake = (): void => undefined;
    const watched = nodeFolderWatch.watch(root, {
      onChange: (name) => {
        heard.push(name);
        wake();
      },
      onLost: assert.fail,
    });
    assert.ok(watched.kind === "watched");
    const hears = async (name: string): Promise<void> => {
      while (!heard.includes(name)) await new Promise<void>((resolve) => (wake = resolve));
      heard.length = 0;
    };
    await writeFile(path.join(root, "a.gguf"), "GGUF");
    await hears("a.gguf");
    await mkdir(path.join(root, "owner"));
    await hears("owner");
    await rm(path.join(root, "a.gguf"));
    await hears("a.gguf");
    watched.dispose();
    // What else was told of the one that went.
    heard.length = 0;
    await writeFile(path.join(root, "b.gguf"), "GGUF");
    assert.deepEqual(heard, []);
  });

  test("of what is no folder it says so, and throws nothing", async () => {
    const listener = { onChange: assert.fail, onLost: assert.fail };
    assert.deepEqual(nodeFolderWatch.watch(path.join(root, "not-there"), listener), { kind: "absent" });
    await writeFile(path.join(root, "file"), "");
    assert.deepEqual(nodeFolderWatch.watch(path.join(root, "file", "below"), listener), { kind: "absent" });
    assert.equal(nodeFolderWatch.watch(`${root}\0`, listener).kind, "refused");
  });
});
