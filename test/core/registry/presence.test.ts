import assert from "node:assert/strict";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { EntryFilter, Registry } from "../../../src/core/registry/registry.ts";
import { createLook } from "../../../src/core/tasks/look.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type RegistryFolder, makeRegistryFolder } from "./registry-folder.ts";

const COUNT = 12;

suite("what is remembered of the disk", () => {
  let folder: RegistryFolder;
  let registry: Registry;
  let drive: string;
  let now: number;
  /** Paths the disk was asked for, in order. */
  let asked: string[];
  let heard: (readonly string[])[];
  setup(async () => {
    folder = await makeRegistryFolder();
    drive = path.join(folder.path, "drive");
    await mkdir(drive);
    [now, asked, heard] = [0, [], []];
    registry = createRegistry(await folder.open(), {
      files: {
        stat: (file) => {
          asked.push(file);
          return nodeFiles.stat(file);
        },
      },
      clock: { now: () => millis(now) },
      digest: nodeDigest,
      testingPatterns: [],
      roots: { locations: [{ name: "drive", path: drive }], weightsRoot: undefined },
    });
    registry.onPresence((names) => void heard.push(names));
    const all = Array.from({ length: COUNT }, (_, index) => index);
    await Promise.all(all.map((index) => writeFile(fileOf(index), "GGUF")));
    await registry.commit(all.flatMap((index) => editsOf(index, fileOf(index))));
  });
  teardown(() => folder.remove());

  const familyOf = (index: number): string => `m${String(index).padStart(2, "0")}`;
  const fileOf = (index: number): string => path.join(drive, `${familyOf(index)}.gguf`);
  const nameOf = (index: number): string => `${familyOf(index)}-llama.cpp-gguf`;
  const editsOf = (index: number, file?: string) =>
    entryEdits({
      displayName: familyOf(index),
      family: familyOf(index),
      backend: "llama.cpp",
      format: "gguf",
      proof: "sha256",
      files: [],
      characteristics: [],
      ...(file !== undefined && { path: file, location: "drive" }),
    }).edits;
  const page = async (filter: EntryFilter) => {
    asked = [];
    const { entries, total } = await registry.list(filter);
    return { names: entries.map(({ name }) => name), states: new Set(entries.map(({ state }) => state)), total };
  };
  const installed = (limit = 200) => page({ installed: true, limit });
  /** Resolves when it says that something came or went. */
  const news = () =>
    new Promise<readonly string[]>((resolve) => {
      const subscription = registry.onPresence((names) => {
        subscription.dispose();
        resolve(names);
      });
    });

  test("is nothing before a filter asks, all that can be there then, and later what is shown alone", async () => {
    await page({ limit: 2 });
    assert.equal(asked.length, 2);
    assert.equal((await installed(2)).total, COUNT);
    assert.equal(new Set(asked).size, COUNT);
    assert.deepEqual(await installed(2), {
      names: [nameOf(0), nameOf(1)],
      states: new Set(["installed"]),
      total: COUNT,
    });
    assert.deepEqual(asked.toSorted(), [fileOf(0), fileOf(1)]);
    assert.equal((await page({ installed: false })).total, 0);
    assert.deepEqual(asked, []);
    assert.deepEqual(heard, []);
  });

  test("gives way where a page would show a file that is gone, and tells of it once", async () => {
    await installed();
    await Promise.all([rm(fileOf(0)), rm(fileOf(7))]);
    // Only the first is on the page, and the other is found out with it.
    const { names, total } = await installed(2);
    assert.deepEqual([names, total], [[nameOf(1), nameOf(2)], COUNT - 2]);
    assert.deepEqual((await page({ installed: false })).names, [nameOf(0), nameOf(7)]);
    assert.deepEqual(heard.flat(), [nameOf(0), nameOf(7)]);
  });

  test("is put right by a page of another filter, and by what is shown of one entry", async () => {
    await installed();
    await Promise.all([rm(fileOf(3)), rm(fileOf(4))]);
    await page({ text: familyOf(3) });
    assert.equal((await registry.show(nameOf(4))).state, "missing");
    assert.deepEqual(heard, [[nameOf(3)], [nameOf(4)]]);
    assert.equal((await installed(2)).total, COUNT - 2);
    assert.equal(asked.length, 2);
  });

  test("is looked at behind a page when it is old, and before the page when it is too old", async () => {
    await installed();
    await rm(fileOf(9));
    assert.equal((await installed(2)).total, COUNT);
    now += 10_001;
    const told = news();
    assert.equal((await installed(2)).total, COUNT);
    assert.deepEqual(await told, [nameOf(9)]);
    assert.equal((await installed(2)).total, COUNT - 1);
    await writeFile(fileOf(9), "GGUF");
    assert.equal((await installed(2)).total, COUNT - 1);
    now += 60_001;
    assert.equal((await installed(2)).total, COUNT);
  });

  test("follows what is committed of an entry, and of its files", async () => {
    await installed();
    await rm(fileOf(5));
    await registry.commit([
      { table: "files", key: fileOf(5), after: { entry: nameOf(5), size_bytes: 4, proof: "sha256" } },
      { table: "entries", key: `discovered:${nameOf(6)}`, after: null },
      ...editsOf(8),
      ...editsOf(COUNT, path.join(drive, "not-there.gguf")),
      ...editsOf(COUNT + 1, fileOf(8)),
    ]);
    assert.deepEqual((await page({ installed: false })).names, [nameOf(5), nameOf(8), nameOf(COUNT)]);
    const { names, total } = await installed(4);
    assert.deepEqual([names, total], [[0, 1, 2, 3].map(nameOf), COUNT - 2]);
    assert.ok((await installed()).names.includes(nameOf(COUNT + 1)));
    // Whoever commits is told by the commit.
    assert.deepEqual(heard, []);
  });

  test("is read anew after a commit of thousands, which is not told row by row", async () => {
    assert.equal((await installed()).total, COUNT);
    const told: unknown[] = [];
    const subscription = registry.onChange((changes) => void told.push(changes));
    const more = Array.from({ length: 1500 }, (_, index) => editsOf(COUNT + index, fileOf(0))).flat();
    await registry.commit([...more, { table: "entries", key: `discovered:${nameOf(1)}`, after: null }]);
    subscription.dispose();
    assert.deepEqual(told, ["many"]);
    assert.equal((await installed()).total, COUNT + 1500 - 1);
  });

  test("is not believed once it is doubted", async () => {
    await installed();
    await rm(fileOf(9));
    registry.doubtPresence();
    assert.equal((await installed(2)).total, COUNT - 1);
  });

  test("takes no drive that is away for one whose files are gone: they are there again with it, and verify says offline", async () => {
    await installed();
    await rename(drive, `${drive}-away`);
    assert.deepEqual(await installed(2), { names: [], states: new Set(), total: 0 });
    const look = createLook(nodeFiles, { locations: [{ name: "drive", path: drive }], weightsRoot: undefined });
    assert.deepEqual(await look({ path: fileOf(0), location: "drive" }), { kind: "offline" });
    await rename(`${drive}-away`, drive);
    // One row that is seen is enough to know that the others must be looked at, too.
    assert.deepEqual(await page({ installed: false }), { names: [], states: new Set(), total: 0 });
    assert.equal((await installed()).total, COUNT);
  });

  test("calls offline what is absent with its location, which it is asked for once a page, and missing what is absent alone", async () => {
    await rm(fileOf(0));
    assert.deepEqual((await page({ text: familyOf(0) })).states, new Set(["missing"]));
    await rename(drive, `${drive}-away`);
    assert.deepEqual(await page({}), {
      names: Array.from({ length: COUNT }, (_, index) => nameOf(index)),
      states: new Set(["offline"]),
      total: COUNT,
    });
    assert.equal(asked.filter((one) => one === drive).length, 1);
    assert.equal((await registry.show(nameOf(1))).state, "offline");
    const others = await page({ installed: false });
    assert.deepEqual([others.total, others.states], [COUNT, new Set(["offline"])]);
    assert.equal((await installed()).total, 0);
  });

  test("looks again at what was shown below a path when it is told to, and tells what came or went there", async () => {
    await page({ limit: 3 });
    await Promise.all([0, 1, 2, 7].map((index) => rm(fileOf(index))));
    await registry.lookBelow([fileOf(1), path.join(drive, "m0")]);
    assert.deepEqual(heard, [[nameOf(1)]]);
    await registry.lookBelow([drive]);
    assert.deepEqual(heard.slice(1).flat().toSorted(), [nameOf(0), nameOf(2)]);
    await writeFile(fileOf(1), "GGUF");
    await registry.lookBelow([drive]);
    assert.deepEqual(heard.at(-1), [nameOf(1)]);
  });

  test("tells what went between a page and the first filter by what is installed", async () => {
    await page({ limit: 3 });
    await rm(fileOf(2));
    assert.equal((await installed(1)).total, COUNT - 1);
    assert.deepEqual(heard, [[nameOf(2)]]);
  });

  test("divides all entries into those that are installed and the others, however many are gone", async () => {
    for (let gone = 0; gone <= COUNT; gone += 1) {
      const [there, others, groups] = await Promise.all([
        registry.list({ installed: true, limit: 1 }),
        registry.list({ installed: false, limit: 1 }),
        registry.groups("family", { installed: true }),
      ]);
      assert.deepEqual([there.total, others.total, groups.entries], [COUNT - gone, gone, COUNT - gone]);
      if (gone < COUNT) await rm(fileOf(gone));
      registry.doubtPresence();
    }
  });

  test("many who ask at once have the disk asked once", async () => {
    asked = [];
    await Promise.all([1, 2, 3].map(() => registry.list({ installed: true, limit: 1 })));
    assert.equal(asked.length, COUNT + 3);
  });
});
