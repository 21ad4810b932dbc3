import assert from "node:assert/strict";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeFolderWatch } from "../../../src/core/adapters/node-folder-watch.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { FolderWatch } from "../../../src/core/ports/folder-watch.ts";
import type { NewFiles } from "../../../src/core/protocol/snapshot.ts";
import { createRegistry } from "../../../src/core/registry/create-registry.ts";
import { entryEdits } from "../../../src/core/registry/entry-edits.ts";
import type { Registry } from "../../../src/core/registry/registry.ts";
import type { Event } from "../../../src/core/util/events.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { createWatching } from "../../../src/core/watching/create-watching.ts";
import { createWatchedFolders } from "../../../src/core/watching/watched-folders.ts";
import type { Watching } from "../../../src/core/watching/watching.ts";
import { type RegistryFolder, makeRegistryFolder } from "../registry/registry-folder.ts";

/** Its time passes while someone sleeps, at once; files look as if they were written long ago. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => millis(now),
    wall: () => Date.now() + 60_000,
    sleep: async (delay, signal) => {
      await new Promise((resolve) => void setImmediate(resolve));
      signal.throwIfAborted();
      now += delay;
    },
  };
}

const next = <T>(event: Event<T>): Promise<T> =>
  new Promise((resolve) => {
    const subscription = event((value) => {
      subscription.dispose();
      resolve(value);
    });
  });

suite("watching the folders that are shown", function () {
  this.timeout(180_000);
  let folder: RegistryFolder;
  let registry: Registry;
  let watching: Watching;
  let root: string;
  let repository: string;
  let file: string;
  let coming: Set<string>;
  /** One of a folder for each time it is watched. */
  let watchers: Set<{ readonly folder: string }>;
  const watched = (): ReadonlySet<string> => new Set([...watchers].map(({ folder: one }) => one));
  let opened: string;
  let wake: () => void;
  const NAME = "tiny-llama.cpp-gguf";

  const counting: FolderWatch = {
    watch: (one, listener) => {
      const answer = nodeFolderWatch.watch(one, listener);
      if (answer.kind !== "watched") return answer;
      const watcher = { folder: one };
      watchers.add(watcher);
      opened = one;
      wake();
      return {
        kind: "watched",
        dispose: () => {
          watchers.delete(watcher);
          answer.dispose();
        },
      };
    },
  };
  /** Resolves when the folder is watched. */
  const isWatched = async (one: string): Promise<void> => {
    while (!watched().has(one)) await new Promise<void>((resolve) => (wake = resolve));
  };
  const show = async (): Promise<readonly string[]> => {
    const { entries } = await registry.list({});
    watching.shown(entries);
    return entries.map(({ state }) => state);
  };

  setup(async () => {
    folder = await makeRegistryFolder();
    root = path.join(folder.path, "models");
    repository = path.join(root, "owner", "tiny");
    file = path.join(repository, "tiny.gguf");
    [coming, watchers, opened, wake] = [new Set(), new Set(), "", () => undefined];
    await mkdir(repository, { recursive: true });
    await writeFile(file, "GGUF");
    const clock = hastyClock();
    const roots = { locations: [{ name: "main", path: root }], weightsRoot: undefined };
    registry = createRegistry(await folder.open(), {
      files: nodeFiles,
      clock,
      digest: nodeDigest,
      testingPatterns: [],
      roots,
    });
    const entry = {
      displayName: "tiny",
      family: "tiny",
      backend: "llama.cpp",
      format: "gguf",
      proof: "sha256",
    } as const;
    await registry.commit(entryEdits({ ...entry, path: file, location: "main", files: [], characteristics: [] }).edits);
    watching = createWatching({
      registry,
      folderWatch: counting,
      files: nodeFiles,
      clock,
      log: { warn: assert.fail, error: assert.fail },
      roots: [root],
      underWay: () => coming,
    });
  });
  teardown(async () => {
    watching.dispose();
    assert.equal(watchers.size, 0);
    await folder.remove();
  });

  test("nothing is watched before something is shown; then its folder is, with the location and its owners", async () => {
    assert.equal(opened, "");
    assert.deepEqual(await show(), ["installed"]);
    await isWatched(repository);
    assert.deepEqual([...watched()].toSorted(), [root, path.join(root, "owner"), repository]);
  });

  test("a file that goes is told, and one that comes back, also with all of its folder", async () => {
    await show();
    await isWatched(repository);
    let told = next(registry.onPresence);
    await rm(file);
    assert.deepEqual(await told, [NAME]);
    assert.deepEqual(await show(), ["missing"]);
    told = next(registry.onPresence);
    await writeFile(file, "GGUF");
    assert.deepEqual(await told, [NAME]);
    told = next(registry.onPresence);
    await rename(path.join(root, "owner"), path.join(folder.path, "away"));
    assert.deepEqual(await told, [NAME]);
    told = next(registry.onPresence);
    await rename(path.join(folder.path, "away"), path.join(root, "owner"));
    assert.deepEqual(await told, [NAME]);
    await isWatched(repository);
    told = next(registry.onPresence);
    await rm(repository, { recursive: true });
    assert.deepEqual(await told, [NAME]);
  });

  test("weights that no entry names are told once, by folder; what is no model, or on its way to us, is not", async () => {
    await show();
    await isWatched(repository);
    const told: NewFiles[] = [];
    watching.onNewFiles((found) => void told.push(found));
    coming.add(path.join(repository, "ours.gguf"));
    await Promise.all(
      ["ours.gguf", "half.gguf.partial", "README.md", "config.json", ".hidden.gguf"].map((name) =>
        writeFile(path.join(repository, name), "x"),
      ),
    );
    let first = next(watching.onNewFiles);
    await writeFile(path.join(repository, "new-Q4_K_M.gguf"), "GGUF");
    assert.deepEqual(await first, { folder: repository, files: 1 });
    first = next(watching.onNewFiles);
    // A folder that comes with all that is in it, as a clone does.
    const made = path.join(folder.path, "made");
    await mkdir(path.join(made, "other"), { recursive: true });
    for (const part of [1, 2]) await writeFile(path.join(made, "other", `m-0000${part}-of-00002.safetensors`), "x");
    await rename(made, path.join(root, "newcomer"));
    assert.deepEqual(await first, { folder: path.join(root, "newcomer", "other"), files: 2 });
    assert.equal(told.length, 2);
    await isWatched(path.join(root, "newcomer", "other"));
  });

  test("none is missed of many that come one after the other, whatever is looked at meanwhile", async () => {
    await show();
    await isWatched(repository);
    let told = 0;
    const all = new Promise<void>((resolve) => {
      watching.onNewFiles(({ files }) => {
        told += files;
        if (told === 100) resolve();
      });
    });
    for (let part = 1; part <= 100; part += 1) await writeFile(path.join(repository, `new-${part}.gguf`), "GGUF");
    await all;
  });

  test("as many are watched as may be, those that were shown last and those that are kept", async () => {
    const all = Array.from({ length: 8 }, (_, index) => path.join(root, `f${index}`));
    for (const one of all) await mkdir(one);
    const warned: string[] = [];
    const log = { warn: (line: string) => void warned.push(line) };
    const folders = createWatchedFolders({
      port: counting,
      log,
      roots: [root],
      most: 4,
      onChange: () => undefined,
    });
    folders.keep(root);
    for (const one of all) folders.add(one);
    const [first = ""] = all.slice(-3);
    folders.add(first);
    folders.add(path.join(root, "f0"));
    assert.deepEqual([...watched()].toSorted(), [root, path.join(root, "f0"), first, path.join(root, "f7")].toSorted());
    folders.add(path.join(root, "not-there"));
    await mkdir(path.join(root, "not-there"));
    folders.renew(root);
    assert.ok(watched().has(path.join(root, "not-there")));
    folders.dispose();
    folders.add(first);
    assert.equal(watchers.size, 0);
    assert.deepEqual(warned, []);
  });

  test("what the system refuses to watch is told once in the log, and harms nothing", () => {
    const warned: string[] = [];
    const folders = createWatchedFolders({
      port: nodeFolderWatch,
      log: { warn: (line) => void warned.push(line) },
      roots: [],
      most: 4,
      onChange: assert.fail,
    });
    folders.add(`${root}\0`);
    folders.add(`${root}\0\0`);
    folders.dispose();
    assert.equal(warned.length, 1);
  });
});
