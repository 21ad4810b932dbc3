import assert from "node:assert/strict";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { DownloadQueue } from "../../../src/core/downloads/queue.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, CRAWL, faultOf, hubWith, namesBelow, never, read, sampleBytes } from "./support.ts";

const small = sampleBytes(40_000, 2);
const large = sampleBytes(400_000, 3);
const CONTENTS = {
  "tiny-Q4_K_M.gguf": small,
  "tiny-Q8_0.gguf": large,
  "owner/split//Big-Q4_K_M-00001-of-00002.gguf": sampleBytes(30_000, 4),
  "owner/split//Big-Q4_K_M-00002-of-00002.gguf": sampleBytes(31_000, 5),
};

suite("bytes are fetched once", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let models: string;
  let elsewhere: string;
  let generation = 0;

  const open = async (options: Partial<QueueOptions> = {}): Promise<void> => {
    generation += 1;
    world = await openQueue(hub.hub, { storage: storage.folder, models, generation, stores: [elsewhere], ...options });
  };
  setup(async () => {
    hub = await hubWith(CONTENTS);
    storage = await temporary();
    models = path.join(storage.folder, "models");
    elsewhere = path.join(storage.folder, "elsewhere");
    await mkdir(elsewhere);
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (request: Partial<Parameters<DownloadQueue["add"]>[0]> = {}): Promise<string> => {
    const [id] = await world.queue.add({ model: "owner/model", quantizations: ["Q4_K_M"], ...request }, never);
    assert.ok(id !== undefined);
    return id;
  };
  const preview = (request: Partial<Parameters<DownloadQueue["add"]>[0]> = {}, prove = false) =>
    world.queue.preview({ model: "owner/model", quantizations: ["Q4_K_M"], ...request }, { prove }, never);
  const fetched = (): number =>
    hub.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
  const target = (): string => path.join(models, "owner/model/tiny-Q4_K_M.gguf");

  test("a second request joins the first, whatever the order of its files, and raises its priority", async () => {
    await open();
    const files = ["Big-Q4_K_M-00001-of-00002.gguf", "Big-Q4_K_M-00002-of-00002.gguf"];
    const first = await add({ model: "owner/split", files, paused: true, priority: 5 });
    const other = await add({ paused: true });
    const again = { model: "owner/split", quantizations: undefined, files: files.toReversed(), paused: true };
    assert.equal(await add({ ...again, priority: 9 }), first);
    assert.deepEqual(
      world.queue.list({}).map(({ id, priority }) => [id, priority]),
      [
        [other, 0],
        [first, 5],
      ],
    );
    assert.equal(await add({ ...again, priority: -1 }), first);
    await world.close();
    await open();
    assert.equal(await add(again), first);
    assert.deepEqual(
      world.queue.list({}).map(({ id, priority }) => [id, priority]),
      [
        [first, -1],
        [other, 0],
      ],
    );
  });

  test("another location that is the same folder is the same place", async () => {
    await mkdir(models);
    const second = path.join(storage.folder, "second");
    await symlink(models, second);
    await open({ second });
    const first = await add({ paused: true });
    assert.equal((await preview({ location: "second" })).sets[0]?.joins, first);
    assert.equal(await add({ location: "second" }), first);
    await untilState(world.queue, first, "done");
    assert.equal(world.queue.list({}).length, 1);
  });

  test("one that joins brings its folders to link to with it", async () => {
    await open();
    const [one, two] = [path.join(storage.folder, "one"), path.join(storage.folder, "two")];
    const first = await add({ linkOut: [one], paused: true });
    assert.equal(await add({ linkOut: [two] }), first);
    const done = await untilState(world.queue, first, "done");
    assert.equal(done.reason, undefined);
    for (const folder of [one, two]) assert.ok((await read(path.join(folder, "tiny-Q4_K_M.gguf"))).equals(small));
    assert.equal(fetched(), small.length);
  });

  test("a link that cannot be made is told with the finished download, and fails nothing", async () => {
    await open();
    const taken = path.join(storage.folder, "taken");
    await mkdir(taken);
    await writeFile(path.join(taken, "tiny-Q4_K_M.gguf"), "something else");
    const done = await untilState(world.queue, await add({ linkOut: [taken] }), "done");
    assert.ok(done.entry !== undefined && done.reason !== undefined);
    assert.equal(await readFile(path.join(taken, "tiny-Q4_K_M.gguf"), "utf8"), "something else");
  });

  test("bytes that lie elsewhere are linked, not fetched, and it is told where they came from", async () => {
    await writeFile(path.join(elsewhere, "any-name.gguf"), small);
    await open();
    const done = await untilState(world.queue, await add({ reuse: "hard" }), "done");
    assert.equal(fetched(), 0);
    assert.equal(done.files[0]?.reusedFrom, path.join(elsewhere, "any-name.gguf"));
    assert.equal(done.bytesDone, small.length);
    assert.equal((await stat(target())).ino, (await stat(path.join(elsewhere, "any-name.gguf"))).ino);
    const entry = await world.registry.show(done.entry ?? "");
    assert.equal(entry.proof, "sha256");
    await world.close();
    await open();
    assert.equal(
      world.queue.list({})[0]?.files[0]?.reusedFrom,
      path.join(elsewhere, "any-name.gguf"),
      "known after a restart",
    );
  });

  test("a file of the same name and size with other bytes is not taken", async () => {
    await writeFile(path.join(elsewhere, "tiny-Q4_K_M.gguf"), sampleBytes(small.length, 99));
    await open();
    const done = await untilState(world.queue, await add(), "done");
    assert.equal(done.files[0]?.reusedFrom, undefined);
    assert.equal(fetched(), small.length);
    assert.ok((await read(target())).equals(small));
  });

  test("what is proven to be here and is linked takes no room", async () => {
    await open();
    const mine = path.join(storage.folder, "mine");
    await untilState(world.queue, await add({ folder: mine }), "done");
    await world.close();
    await open({ files: { ...nodeFiles, freeSpace: async () => bytes(100) } });
    const full = await add({ quantizations: ["Q8_0"] });
    const linked = await add({ location: "main", reuse: "hard" });
    await untilState(world.queue, linked, "done");
    assert.equal(world.queue.list({}).find(({ id }) => id === full)?.reason?.code, "diskFull");
    assert.equal(fetched(), small.length);
  });

  test("who wants it fetched gets it fetched", async () => {
    await writeFile(path.join(elsewhere, "any-name.gguf"), small);
    await open();
    await untilState(world.queue, await add({ reuse: "none" }), "done");
    assert.equal(fetched(), small.length);
  });

  test("cancelling a set that was partly linked leaves the bytes where they came from", async () => {
    await writeFile(path.join(elsewhere, "part.gguf"), sampleBytes(31_000, 5));
    hub.hub.pace(CRAWL);
    await open({ parallel: 1 });
    const id = await add({ model: "owner/split", reuse: "hard" });
    await until(world.queue, (one) => one.id === id && one.files[1]?.state === "done" && one.bytesDone > 31_000);
    await world.queue.cancel({ ids: [id] });
    assert.deepEqual(await namesBelow(models), []);
    assert.equal((await stat(path.join(elsewhere, "part.gguf"))).size, 31_000);
  });

  test("a preview says what is likely, what is sure, what would be fetched, and changes nothing", async () => {
    await writeFile(path.join(elsewhere, "any-name.gguf"), small);
    await open();
    const guess = await preview();
    assert.equal(guess.sets[0]?.files[0]?.state, "likely");
    assert.equal(guess.sets[0].bytesToFetch, small.length);
    const sure = await preview({ quantizations: ["Q4_K_M", "Q8_0"] }, true);
    assert.deepEqual(
      sure.sets.map(({ variant, bytesToFetch, files }) => [variant, bytesToFetch, files[0]?.state]),
      [
        ["Q4_K_M", 0, "linkable"],
        ["Q8_0", large.length, "missing"],
      ],
    );
    assert.equal(sure.sets[0]?.files[0]?.from?.path, path.join(elsewhere, "any-name.gguf"));
    assert.equal(sure.command, `modeldeck downloads.add --model owner/model --quantizations '["Q4_K_M","Q8_0"]'`);
    assert.ok(sure.freeBytes > 0);
    assert.deepEqual(world.queue.list({}), []);
    assert.deepEqual(await namesBelow(models), []);
    const queued = await add({ quantizations: ["Q8_0"], paused: true });
    assert.equal((await preview({ quantizations: ["Q8_0"] })).sets[0]?.joins, queued);
    const done = await untilState(world.queue, await add(), "done");
    const here = await preview();
    assert.deepEqual([here.sets[0]?.entry, here.sets[0]?.files[0]?.state], [done.entry, "here"]);
    assert.equal((await faultOf(preview({ location: "attic" }))).code, "notFound");
  });

  test("a preview counts what the queue speaks for, with the reserve", async () => {
    await open({ reserve: 1000 });
    const before = await preview({ quantizations: ["Q8_0"] });
    assert.equal(before.spokenForBytes, 1000);
    hub.hub.pace(CRAWL);
    await world.close();
    await open({ reserve: 1000 });
    const id = await add();
    await until(world.queue, (one) => one.id === id && one.state === "running");
    assert.ok((await preview({ quantizations: ["Q8_0"] })).spokenForBytes > 30_000);
  });
});
