import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { createScanThread } from "../../../src/core/adapters/scan-thread.ts";
import type { ScanProgress, Scanner } from "../../../src/core/ports/scanner.ts";
import type { StoreReport } from "../../../src/core/stores/found.ts";
import { storeReaders } from "../../../src/core/stores/readers.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { niceness } from "../../support/niceness.ts";
import { scanStore } from "../../support/stores/scan.ts";
import { never } from "../downloads/support.ts";
import { type Leaf, config, gguf, plant, safetensors } from "../stores/folder-tree.ts";

suite("the scan thread", () => {
  let root: string;
  let cacheFolder: string;
  let scanner: Scanner;
  let warnings: string[];
  const started: Worker[] = [];
  const onWorker = (worker: Worker): void => void started.push(worker);

  const open = (version = "1", idle?: number): Scanner =>
    createScanThread({
      cacheFolder,
      version,
      log: { warn: (line) => void warnings.push(line) },
      ...(idle !== undefined && { idle }),
    });
  const scan = (more: { readonly afresh?: boolean } = {}): Promise<StoreReport> =>
    scanner.scan({ store: "folder", root, ...more }, () => undefined, never);
  /** What was remembered is written after the answer, and before the next one. */
  const written = (): Promise<unknown> => scanner.heads([], never);
  const cacheFile = async (): Promise<string> => path.join(cacheFolder, (await readdir(cacheFolder))[0] ?? "");

  setup(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), "modeldeck-scan-")));
    cacheFolder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-scan-cache-"));
    warnings = [];
    started.length = 0;
    process.on("worker", onWorker);
    scanner = open();
  });
  teardown(async () => {
    process.off("worker", onWorker);
    await scanner.close();
    await rm(root, { recursive: true, force: true });
    await rm(cacheFolder, { recursive: true, force: true });
  });

  const tree: Readonly<Record<string, Leaf>> = {
    "o/a-GGUF/a-Q4_K_M.gguf": gguf(),
    "o/b/config.json": config,
    "o/b/model.safetensors": safetensors(),
    "o/c/notes.txt": "no model",
    "loose-Q8_0.gguf": gguf(),
    "broken-Q8_0.gguf": "this is none",
  };

  test("gives way to whatever else wants the processor, and the host does not (Linux)", async function () {
    // Nothing goes below 19.
    if (process.platform !== "linux" || os.getPriority(process.pid) > 9) return this.skip();
    const own = os.getPriority(process.pid);
    await plant(root, tree);
    await scan();
    const all = await niceness();
    assert.ok(all.includes(5), String(all));
    assert.equal(os.getPriority(process.pid), own);
  });

  test("a second scan finds the same, and asks the disk for no folder again", async () => {
    await plant(root, tree);
    const first = await scan();
    assert.deepEqual([first.models.length, first.problems.length, first.unchanged], [3, 1, 0]);
    assert.deepEqual([first.folders, first.files], [5, 6]);
    await scanner.close();
    scanner = open();
    const second = await scan();
    assert.deepEqual(second, { ...first, unchanged: first.folders });
  });

  test("what changed is seen: a new file, a file of other content, a folder that went", async () => {
    await plant(root, tree);
    await scan();
    await plant(root, { "o/a-GGUF/a-Q8_0.gguf": gguf() });
    assert.equal((await scan()).models.length, 4);
    const past = new Date("2024-06-01T00:00:00Z");
    await writeFile(`${root}/o/b/config.json`, JSON.stringify({ model_type: "qwen3" }));
    await utimes(`${root}/o/b/config.json`, past, past);
    await writeFile(`${root}/broken-Q8_0.gguf`, gguf());
    const mended = await scan();
    assert.deepEqual([mended.models.length, mended.problems.length], [5, 0]);
    await rename(`${root}/o/a-GGUF`, `${root}/o/.hidden`);
    assert.equal((await scan()).models.length, 3);
  });

  test("what changed only now is asked again", async () => {
    await plant(root, tree);
    // However long it takes until it is looked at.
    const soon = new Date(Date.now() + 600_000);
    await utimes(`${root}/o/a-GGUF`, soon, soon);
    const first = await scan();
    const second = await scan();
    assert.equal(second.unchanged, first.folders - 1);
  });

  test("asked afresh it believes nothing that it remembers", async () => {
    await plant(root, tree);
    const first = await scan();
    assert.deepEqual(await scan({ afresh: true }), first);
  });

  test("what another version wrote, and what is broken, is thrown away", async () => {
    await plant(root, tree);
    const first = await scan();
    await written();
    scanner = open("2");
    assert.deepEqual(await scan(), first);
    await written();
    assert.deepEqual(warnings, []);
    const file = await cacheFile();
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replaceAll("llama", "lambs"));
    assert.deepEqual(await scan(), first);
    assert.equal(warnings.length, 1);
    await written();
    await writeFile(file, text.slice(0, text.length / 2));
    assert.deepEqual(await scan(), first);
    assert.deepEqual(await scan(), { ...first, unchanged: first.folders });
  });

  test("closing waits for what an answered scan has to remember", async () => {
    await plant(root, tree);
    const first = await scan();
    await scanner.close();
    assert.match(await readFile(await cacheFile(), "utf8"), /\n\d+\n$/);
    assert.equal((await readdir(cacheFolder)).length, 1);
    scanner = open();
    assert.equal((await scan()).unchanged, first.folders);
  });

  test("what is as it was is the very same, whoever asks, and what is not is new", async () => {
    await plant(root, tree);
    const first = await scan();
    const second = await scan();
    assert.deepEqual(second, { ...first, unchanged: first.folders });
    assert.deepEqual(
      second.models.map((model, index) => model === first.models[index]),
      [true, true, true],
    );
    await plant(root, { "o/a-GGUF/a-Q8_0.gguf": gguf() });
    await rm(`${root}/loose-Q8_0.gguf`);
    const third = await scan();
    const fresh = createScanThread({ cacheFolder: undefined, version: "1", log: { warn: assert.fail } });
    assert.deepEqual(third.models, (await fresh.scan({ store: "folder", root }, () => undefined, never)).models);
    assert.deepEqual(
      third.models.filter((model) => first.models.includes(model)).map(({ path: at }) => at),
      [`${root}/o/b`],
    );
    await fresh.close();
  });

  test("what programs' stores make of their models is told a second time as it was, and so are odd names", async () => {
    const odd = 'o/a","models":[/a-Q8_0.gguf';
    await plant(root, {
      ...tree,
      [odd]: gguf({ "general.name": '","models":[{"path":"/"}],"' }),
      "hub/models--o--m/snapshots/abc/m-Q4_K_M.gguf": gguf(),
      "hub/models--o--m/refs/main": "abc",
    });
    const lmStudio = { store: "lmstudio", root: path.join(root, "o") } as const;
    const ask = (): Promise<StoreReport> => scanner.scan(lmStudio, () => undefined, never);
    const [first, theirs] = [await scan(), await ask()];
    assert.ok(first.models.some((model) => model.path === path.join(root, odd)));
    assert.ok(first.models.some(({ store }) => store === "huggingface"));
    assert.deepEqual(await scan(), { ...first, unchanged: first.folders });
    assert.deepEqual(await ask(), { ...theirs, unchanged: theirs.folders });
    await rm(`${root}/loose-Q8_0.gguf`);
    const rest = first.models.filter((model) => !model.path.includes("loose"));
    const third = await scan();
    assert.deepEqual(third.models, rest);
    assert.deepEqual((await scan()).models, rest);
    await scanner.close();
    scanner = open();
    assert.deepEqual((await scan()).models, rest);
  });

  test("what another process remembered meanwhile is told whole", async () => {
    await plant(root, tree);
    const first = await scan();
    await written();
    await rm(await cacheFile());
    const other = open();
    const theirs = await other.scan({ store: "folder", root }, () => undefined, never);
    await other.close();
    assert.deepEqual(theirs, first);
    const second = await scan();
    assert.deepEqual(second, { ...first, unchanged: first.folders });
    assert.ok(second.models.every((model) => !first.models.includes(model)));
  });

  test("asked otherwise, it is told otherwise", async () => {
    await plant(root, { "plain/weights.bin": "PK\u0003\u0004data.pkl", "odd/thing-Q8_0.gguf": gguf() });
    await scan();
    const ask = { store: "folder", root, fallbackFormat: "exl2" } as const;
    const here = await scanner.scan(ask, () => undefined, never);
    const fresh = createScanThread({ cacheFolder: undefined, version: "1", log: { warn: assert.fail } });
    assert.deepEqual(here.models, (await fresh.scan(ask, () => undefined, never)).models);
    await fresh.close();
  });

  test("a scan with nothing new leaves what it remembers as it lies", async () => {
    await plant(root, tree);
    await scan();
    await written();
    const before = await stat(await cacheFile());
    await scan();
    await written();
    assert.deepEqual((await stat(await cacheFile())).ino, before.ino);
  });

  test("a folder where nothing can be written costs the memory and nothing else", async () => {
    await plant(root, tree);
    await rm(cacheFolder, { recursive: true });
    await writeFile(cacheFolder, "a file");
    assert.equal((await scan()).models.length, 3);
    await written();
    assert.notEqual(warnings.length, 0);
  });

  test("a root that is not there is a fault", async () => {
    root = `${root}/gone`;
    await assert.rejects(scan(), (error) => isFault(error, "notFound") && error.fault.what === "location");
  });

  test("a scan can be given up in the middle, and another begins at once", async () => {
    const files: Record<string, Leaf> = {};
    for (let index = 0; index < 3000; index += 1) files[`${index % 300}/m${index}-Q8_0.gguf`] = gguf();
    await plant(root, files);
    const given = new AbortController();
    const reason = new Error("given up");
    const running = scanner.scan({ store: "folder", root }, () => given.abort(reason), given.signal);
    await assert.rejects(running, reason);
    assert.equal((await scan()).models.length, 3000);
    assert.equal(started.length, 1);
  });

  test("a large first scan, which two threads read, finds what one finds, and remembers it", async () => {
    const files: Record<string, Leaf> = { "o/broken/broken-Q8_0.gguf": "this is none" };
    for (let index = 0; index < 600; index += 1)
      files[`o${index % 7}/m${index % 100}/m${index}-Q8_0.${index % 3 === 0 ? "safetensors" : "gguf"}`] =
        index % 3 === 0 ? safetensors() : gguf();
    await plant(root, files);
    const alone = await scanStore(storeReaders.folder, { store: "folder", root });
    const together = await scan();
    const inOrder = alone.models.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    assert.deepEqual(together.models, inOrder);
    assert.deepEqual(
      together.problems.map(({ path: at }) => at),
      [`${root}/o/broken/broken-Q8_0.gguf`],
    );
    assert.deepEqual(await scan(), { ...together, unchanged: together.folders });
  });

  test("progress rises, and ends with all that was found", async () => {
    await plant(root, tree);
    const told: ScanProgress[] = [];
    await scanner.scan({ store: "folder", root }, (progress) => told.push(progress), never);
    assert.deepEqual(told.at(-1), { folders: 5, files: 6, models: 3 });
    assert.deepEqual(
      told,
      told.toSorted((one, other) => one.files - other.files),
    );
  });

  test("a folder of many files is one scan like any other", async () => {
    await mkdir(`${root}/many`);
    for (let index = 0; index < 20_000; index += 1) writeFileSync(`${root}/many/${index}.txt`, "");
    await plant(root, { "many/one-Q8_0.gguf": gguf() });
    const report = await scan();
    assert.deepEqual([report.models.length, report.files], [1, 20_001]);
    assert.deepEqual((await scan()).unchanged, 2);
  });

  test("headers of single files are told by path, and what cannot be read is left out", async () => {
    await plant(root, tree);
    const [known, gone] = [`${root}/loose-Q8_0.gguf`, `${root}/gone.gguf`];
    const heads = await scanner.heads([known, gone, root], never);
    assert.deepEqual([...heads.keys()], [known]);
    assert.equal(heads.get(known)?.kind, "model");
  });

  test("model files of a size are found below all roots, each once", async () => {
    await plant(root, { ...tree, [`blobs/sha256-${"a".repeat(64)}`]: gguf(), "same.txt": gguf() });
    const { length } = gguf();
    const files = await scanner.ofSizes([root, root, `${root}/o`, `${root}/gone`], [length, 1], never);
    assert.deepEqual(files.map((file) => path.relative(root, file.path)).toSorted(), [
      `blobs/sha256-${"a".repeat(64)}`,
      "loose-Q8_0.gguf",
      "o/a-GGUF/a-Q4_K_M.gguf",
    ]);
  });

  test("one thread, none before the first question, and none once it is idle", async () => {
    await plant(root, tree);
    scanner = open("1", 0);
    assert.equal(started.length, 0);
    await Promise.all([scan(), scanner.heads([], never)]);
    assert.equal(started.length, 1);
    const [thread] = started;
    assert.ok(thread);
    await once(thread, "exit");
    await scan();
    assert.equal(started.length, 2);
  });

  test("closing ends what runs and refuses what comes", async () => {
    await plant(root, tree);
    const running = assert.rejects(scan());
    await scanner.close();
    await running;
    await assert.rejects(scan());
  });
});
