import assert from "node:assert/strict";
import { lstat, mkdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createPartialFiles } from "../../../src/core/adapters/partial-files.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createItem } from "../../../src/core/downloads/item.ts";
import type { DownloadPlan } from "../../../src/core/downloads/plan.ts";
import type { DownloadRequest } from "../../../src/core/downloads/queue.ts";
import { removeFiles } from "../../../src/core/downloads/remove-files.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { type TestHub, CRAWL, faultOf, hubWith, namesBelow, never, sampleBytes, sha256Of } from "./support.ts";

const first = sampleBytes(30_000, 4);
const second = sampleBytes(900_000, 5);
const NAME = "Big-Q4_K_M-00001-of-00002.gguf";
const CONTENTS = { [`owner/split//${NAME}`]: first, "owner/split//Big-Q4_K_M-00002-of-00002.gguf": second };

suite("a cancelled download takes what it made, and nothing else", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let models: string;
  let elsewhere: string;
  const open = async (options: Partial<QueueOptions> = {}, bytesPerSecond?: number): Promise<void> => {
    hub = await hubWith(CONTENTS, bytesPerSecond === undefined ? {} : { bytesPerSecond });
    storage = await temporary();
    models = path.join(storage.folder, "models");
    elsewhere = path.join(storage.folder, "elsewhere");
    await mkdir(elsewhere);
    world = await openQueue(hub.hub, { storage: storage.folder, models, stores: [elsewhere], ...options });
  };
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (request: Partial<DownloadRequest> = {}): Promise<string> => {
    const [id] = await world.queue.add({ model: "owner/split", quantizations: ["Q4_K_M"], ...request }, never);
    return id ?? assert.fail();
  };

  for (const reuse of ["hard", "symbolic"] as const)
    test(`the file whose bytes were reused stays, though it lies where a link was wanted (${reuse})`, async () => {
      await open({}, CRAWL);
      const own = path.join(elsewhere, NAME);
      await writeFile(own, first);
      const id = await add({ linkOut: [elsewhere], reuse });
      await until(world.queue, (one) => one.id === id && one.bytesDone > first.length);
      await world.queue.cancel({ ids: [id] });
      assert.deepEqual(await readFile(own), Buffer.from(first));
      assert.deepEqual(await namesBelow(models), []);
    });

  test("an alias that another program made in a cache meanwhile stays", async () => {
    await open({ layout: "hf-cache" });
    const id = await add({ paused: true });
    const repository = path.join(models, "models--owner--split");
    const alias = path.join(repository, "snapshots", hub.hub.commit("owner/split"), NAME);
    await mkdir(path.join(repository, "blobs"), { recursive: true });
    await mkdir(path.dirname(alias), { recursive: true });
    await writeFile(path.join(repository, "blobs", sha256Of(first)), first);
    await symlink(`../../blobs/${sha256Of(first)}`, alias);
    await world.queue.cancel({ ids: [id] });
    assert.ok((await lstat(alias)).isSymbolicLink());
    assert.deepEqual(await readFile(alias), Buffer.from(first));
  });

  test("a folder that is called as a partial file would be stays, with all in it", async () => {
    await open();
    const id = await add({ paused: true });
    const folders = [".partial", ".partial.json", ".copying"].map((end) =>
      path.join(models, "owner/split", `${NAME}${end}`),
    );
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, "mine"), "mine");
    }
    await world.queue.cancel({ ids: [id] });
    for (const folder of folders) assert.equal(await readFile(path.join(folder, "mine"), "utf8"), "mine");
  });

  for (const since of ["before", "after"] as const)
    test(`another program's file of a partial's name, written ${since} the download was added, does not count, and stays`, async () => {
      await open();
      const partial = path.join(models, "owner/split", `${NAME}.partial`);
      await mkdir(path.dirname(partial), { recursive: true });
      const waiting = await add({ paused: true });
      await writeFile(partial, first.subarray(0, 20_000));
      if (since === "before") await utimes(partial, new Date("2026-01-01"), new Date("2026-01-01"));
      await world.queue.cancel({ ids: [waiting] });
      assert.deepEqual(await namesBelow(models), [`owner/split/${NAME}.partial`]);

      const id = await add();
      await untilState(world.queue, id, "done");
      const others = (await namesBelow(models)).filter((name) => name.includes(".partial"));
      assert.equal(others.length, 1);
      assert.match(others[0] ?? "", /\.partial\.other-2\d{3}-/);
      assert.deepEqual(await readFile(path.join(models, others[0] ?? "")), Buffer.from(first.subarray(0, 20_000)));
      const fetched = hub.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
      assert.equal(fetched, first.length + second.length);
    });

  test("another program's link of a partial's name, which leads to nothing, stays too", async () => {
    await open();
    const partial = path.join(models, "owner/split", `${NAME}.partial`);
    await mkdir(path.dirname(partial), { recursive: true });
    await symlink("not/mounted/now", partial);
    const id = await add();
    await untilState(world.queue, id, "failed");
    assert.deepEqual(await namesBelow(models), []);
    await world.queue.cancel({ ids: [id] });
    assert.ok((await lstat(partial)).isSymbolicLink());
  });

  test("a blob that two of its own files share goes with them", async () => {
    await open();
    const [blob, snapshot] = [path.join(models, "repo/blobs/same"), path.join(models, "repo/snapshots/1")];
    await mkdir(path.dirname(blob), { recursive: true });
    await mkdir(snapshot, { recursive: true });
    await writeFile(blob, first);
    const there = (await nodeFiles.stat(blob)) ?? assert.fail();
    const files: DownloadPlan["files"] = ["one", "two"].map((name) => ({
      path: name,
      target: blob,
      alias: path.join(snapshot, name),
      sizeBytes: first.length,
      primary: true,
      finished: {
        made: name === "one",
        proof: "sha256",
        sha256: sha256Of(first),
        modified: there.modified,
        identity: there.identity,
      },
    }));
    for (const name of ["one", "two"]) await symlink("../../blobs/same", path.join(snapshot, name));
    const plan: DownloadPlan = {
      version: 1,
      provider: "huggingface",
      repository: "owner/same",
      revision: "main",
      commit: "1",
      variant: "any",
      root: models,
      folder: snapshot,
      linked: files.map(({ alias = "" }) => alias),
      madeFolders: [],
      force: false,
      tags: [],
      characteristics: [],
      files,
    };
    const item = createItem(plan, { id: "1", priority: 0, position: 1, addedAt: "", state: "cancelled" });
    await removeFiles({ files: nodeFiles, partials: createPartialFiles(), registry: world.registry }, item, new Set());
    assert.deepEqual(await namesBelow(models), []);
  });

  test("where its files cannot be removed now, others are, the queue opens all the same, and it can be cancelled again", async () => {
    let isHeld = true;
    const held = path.join("owner", "split");
    const files: typeof nodeFiles = {
      ...nodeFiles,
      remove: async (file) => {
        if (isHeld && file.includes(held)) throw fault({ code: "fileUnreadable", path: file, reason: "it is held" });
        await nodeFiles.remove(file);
      },
    };
    await open({ files });
    const id = await add({ paused: true });
    const elsewhereToo = await add({ folder: elsewhere, paused: true });
    const left = path.join(models, "owner/split", `${NAME}.partial`);
    await mkdir(path.dirname(left), { recursive: true });
    for (const file of [left, path.join(elsewhere, `${NAME}.partial`)]) {
      await writeFile(file, "some");
      await writeFile(`${file}.json`, "{}");
    }
    assert.equal((await faultOf(world.queue.cancel({ all: true }))).code, "fileUnreadable");
    assert.deepEqual(await namesBelow(elsewhere), []);
    await world.close();
    world = await openQueue(hub.hub, { storage: storage.folder, models, stores: [elsewhere], files, generation: 2 });
    assert.deepEqual(
      new Map(world.queue.list({}).map((one) => [one.id, [one.state, one.finishedAt !== undefined]])),
      new Map([
        [id, ["cancelled", false]],
        [elsewhereToo, ["cancelled", true]],
      ]),
    );
    isHeld = false;
    assert.deepEqual(await world.queue.cancel({ all: true }), [id]);
    assert.deepEqual(await namesBelow(models), []);
  });

  test("asked for again by force, one that failed as another file lies there goes on and replaces it", async () => {
    await open();
    const target = path.join(models, "owner/split", NAME);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, "something else");
    const id = await add();
    assert.equal((await untilState(world.queue, id, "failed")).reason?.code, "exists");
    assert.equal(await add({ force: true }), id);
    await untilState(world.queue, id, "done");
    assert.deepEqual(await readFile(target), Buffer.from(first));
    assert.equal((await stat(target)).size, first.length);
  });
});
