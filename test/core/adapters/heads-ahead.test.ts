import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import { setImmediate } from "node:timers/promises";
import { type AheadOfScan, createHeadsAhead } from "../../../src/core/adapters/heads-ahead.ts";
import { packItems } from "../../../src/core/adapters/item-list.ts";
import { createRawDisk } from "../../../src/core/adapters/store-disk.ts";
import { type Leaf, gguf, plant } from "../stores/folder-tree.ts";

suite("headers read ahead", () => {
  const warnings: string[] = [];
  const raw = createRawDisk(() => undefined);
  let root: string;
  let over: AbortController;
  setup(async () => {
    warnings.length = 0;
    over = new AbortController();
    root = await realpath(await mkdtemp(path()));
    const files: Record<string, Leaf> = {};
    for (let index = 0; index < 400; index += 1) files[`${index % 20}/m${index}-Q8_0.gguf`] = gguf();
    await plant(root, files);
  });
  teardown(async () => {
    over.abort();
    await rm(root, { recursive: true, force: true });
  });

  const path = (): string => `${os.tmpdir()}/modeldeck-ahead-`;
  const all = (): string[] => raw.list(root)?.flatMap(({ name }) => inside(`${root}/${name}`)) ?? [];
  const inside = (folder: string): string[] => raw.list(folder)?.map(({ name }) => `${folder}/${name}`) ?? [];
  const stampOf = (file: string): string => raw.stamp(file)?.text ?? "";

  /** Asks as a scan does, so that the other thread begins; the last folder, as that thread read it. */
  async function readFromTheEnd(ahead: AheadOfScan): Promise<{ readonly folder: string; readonly items: string }> {
    for (const file of all().slice(0, 65)) ahead.head(file, stampOf(file));
    const folder = `${root}/${raw.list(root)?.at(-1)?.name}`;
    while (!over.signal.aborted) {
      const items = ahead.items(folder, stampOf(folder));
      if (items !== undefined) return { folder, items };
      assert.deepEqual(warnings, []);
      await setImmediate();
    }
    throw new Error("nothing was read ahead");
  }

  test("are what one reads oneself, and so are the folders they lie in; each is told once", async () => {
    const ahead = createHeadsAhead((line) => void warnings.push(line))(root);
    const { folder, items } = await readFromTheEnd(ahead);
    assert.equal(items, packItems(raw.list(folder) ?? []));
    const [file = ""] = inside(folder);
    assert.deepEqual(ahead.head(file, stampOf(file)), raw.head(file));
    assert.equal(ahead.head(file, stampOf(file)), undefined);
    ahead.end();
  });

  test("are not believed of a file that looks otherwise now", async () => {
    const ahead = createHeadsAhead((line) => void warnings.push(line))(root);
    const { folder } = await readFromTheEnd(ahead);
    const [file = ""] = inside(folder);
    assert.equal(ahead.head(file, "another"), undefined);
    ahead.end();
  });
});
