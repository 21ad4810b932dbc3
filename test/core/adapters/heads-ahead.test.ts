import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import { setImmediate } from "node:timers/promises";
import { type AheadOfScan, type FolderAhead, createHeadsAhead } from "../../../src/core/adapters/heads-ahead.ts";
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
    await plant(root, { ...files, [`${LAST}/notes.txt`]: "no model" });
  });
  teardown(async () => {
    over.abort();
    await rm(root, { recursive: true, force: true });
  });

  const path = (): string => `${os.tmpdir()}/modeldeck-ahead-`;
  /** Once this is listed, all before it are read. */
  const LAST = "last";
  const all = (): string[] =>
    raw
      .list(root)
      ?.filter(({ name }) => name !== LAST)
      .flatMap(({ name }) => inside(`${root}/${name}`)) ?? [];
  const inside = (folder: string): string[] => raw.list(folder)?.map(({ name }) => `${folder}/${name}`) ?? [];

  const open = (): AheadOfScan => createHeadsAhead((line) => void warnings.push(line))(root);

  /** Asks as a scan does, so that the other thread begins; the last folder, as that thread read it. */
  async function readToTheEnd(ahead: AheadOfScan): Promise<FolderAhead> {
    for (const file of all().slice(0, 65)) assert.equal(ahead.head(file), undefined);
    const folder = `${root}/${LAST}`;
    while (!over.signal.aborted) {
      const items = ahead.items(folder);
      if (items) return items;
      assert.deepEqual(warnings, []);
      await setImmediate();
    }
    throw new Error("nothing was read ahead");
  }

  test("are what one reads oneself, and so are the folders they lie in; each is told once", async () => {
    const ahead = open();
    const { path: folder, stamp, items } = await readToTheEnd(ahead);
    assert.equal(items, packItems(raw.list(folder) ?? []));
    assert.deepEqual(stamp, raw.stamp(folder));
    const file = all().at(-1) ?? "";
    assert.deepEqual(ahead.head(file)?.read, { stamp: raw.stamp(file), head: raw.head(file) });
    assert.equal(ahead.head(file), undefined);
    ahead.end();
  });

  test("are read by one of the two, each once, and what cannot be read is left to the scan", async () => {
    const gone = `${root}/9/link-Q8_0.gguf`;
    await symlink(`${root}/nowhere`, gone);
    const ahead = open();
    await readToTheEnd(ahead);
    const rest = all().slice(65);
    const read = rest.filter((file) => ahead.head(file)?.read !== undefined);
    assert.deepEqual(
      read,
      rest.filter((file) => file !== gone),
    );
    ahead.end();
  });

  test("come with what the file looked like before they were read", async () => {
    const ahead = open();
    await readToTheEnd(ahead);
    const file = all().at(-1) ?? "";
    const before = raw.stamp(file);
    await writeFile(file, "something else");
    assert.deepEqual(ahead.head(file)?.read?.stamp, before);
    assert.notDeepEqual(raw.stamp(file), before);
    ahead.end();
  });
});
