import assert from "node:assert/strict";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { HubServerOptions } from "../../support/hub-server.ts";
import { withChange } from "../../../src/core/downloads/queue-change.ts";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, CRAWL, faultOf, hubWith, namesBelow, never, read, sampleBytes, sha256Of } from "./support.ts";

const small = sampleBytes(40_000, 2);
const large = sampleBytes(400_000, 3);
const CONTENTS = {
  "tiny-Q4_K_M.gguf": small,
  "tiny-Q8_0.gguf": large,
  "README.md": "---\nlicense: mit\n---\nhello\n",
  "owner/split//Big-Q4_K_M-00001-of-00002.gguf": sampleBytes(30_000, 4),
  "owner/split//Big-Q4_K_M-00002-of-00002.gguf": sampleBytes(31_000, 5),
  "owner/seer//seer-Q4_K_M.gguf": sampleBytes(20_000, 6),
  "owner/seer//seer-Q8_0.gguf": sampleBytes(22_000, 7),
  "owner/seer//mmproj-F16.gguf": sampleBytes(25_000, 8),
  "stranger/model//tiny-Q4_K_M.gguf": sampleBytes(21_000, 10),
  "owner/twins//a-Q4_K_M.gguf": sampleBytes(5_000, 20),
  "owner/twins//b-Q4_K_M.gguf": sampleBytes(6_000, 21),
  "owner/tensors//model.safetensors": sampleBytes(50_000, 9),
  "owner/tensors//config.json": "{}",
  "owner/tensors//tokenizer.json": '{"a":1}',
};

suite("the download queue", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let models: string;

  const open = async (
    options: Partial<QueueOptions> = {},
    served: Omit<HubServerOptions, "folder"> = {},
  ): Promise<void> => {
    hub = await hubWith(CONTENTS, served);
    storage = await temporary();
    models = path.join(storage.folder, "models");
    world = await openQueue(hub.hub, { storage: storage.folder, models, ...options });
  };
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (request: Parameters<QueueWorld["queue"]["add"]>[0]): Promise<string> => {
    const [id, ...more] = await world.queue.add(request, never);
    assert.ok(id !== undefined && more.length === 0);
    return id;
  };

  test("two owners' models of one name are two entries, and the same source again is the same one", async () => {
    await open();
    const ends: (string | undefined)[] = [];
    for (const model of ["owner/model", "stranger/model", "stranger/model"]) {
      const id = await add({ model, quantizations: ["q4_k_m"], force: true });
      ends.push((await untilState(world.queue, id, "done")).entry);
    }
    assert.deepEqual(ends, [
      "model-llama.cpp-gguf-q4_k_m",
      "stranger-model-llama.cpp-gguf-q4_k_m",
      "stranger-model-llama.cpp-gguf-q4_k_m",
    ]);
    assert.equal((await world.registry.list({})).total, 2);
    assert.equal((await world.registry.show(ends[1] ?? "")).displayName, "model (Q4_K_M) · stranger");
  });

  test("an entry of unknown source that has other files is not replaced; one that has none is filled", async () => {
    await open();
    const first = await add({ model: "owner/model", quantizations: ["q4_k_m"] });
    const name = (await untilState(world.queue, first, "done")).entry ?? "";
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    const put = (part: object): Promise<unknown> =>
      world.registry.commit([
        { table: "entries", key: `discovered:${name}`, after: { ...row, source_reference: null, ...part } },
      ]);
    const again = async (): Promise<string | undefined> => {
      const id = await add({ model: "owner/model", quantizations: ["q4_k_m"], force: true });
      return (await untilState(world.queue, id, "done")).entry;
    };
    await put({ path: "/elsewhere/tiny.gguf" });
    assert.equal(await again(), `owner-${name}`);
    await put({ path: null });
    assert.equal(await again(), name);
  });

  test("what a person locked is not downloaded anew, forced or not; another quantization is", async () => {
    await open();
    const first = await add({ model: "owner/model", quantizations: ["q4_k_m"] });
    const name = (await untilState(world.queue, first, "done")).entry ?? "";
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    await world.registry.commit([{ table: "entries", key: `discovered:${name}`, after: { ...row, locked: 1 } }]);
    const fault = await faultOf(add({ model: "owner/model", quantizations: ["q4_k_m"], force: true }));
    assert.equal(fault.code, "locked");
    assert.equal(world.queue.list({}).length, 1);
    const other = await add({ model: "owner/model", quantizations: ["q8_0"] });
    assert.equal((await untilState(world.queue, other, "done")).state, "done");
  });

  test("nor what was locked while its download waited", async () => {
    await open();
    const first = await add({ model: "owner/model", quantizations: ["q4_k_m"] });
    const name = (await untilState(world.queue, first, "done")).entry ?? "";
    const again = await add({ model: "owner/model", quantizations: ["q4_k_m"], force: true, paused: true });
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    // By its name alone where nobody knows its source.
    for (const source of ["owner/model", null]) {
      const after = { ...row, locked: 1, source_reference: source, downloaded_at: "2026-01-01T00:00:00.000Z" };
      await world.registry.commit([{ table: "entries", key: `discovered:${name}`, after }]);
      await world.queue.resume({ ids: [again] });
      assert.equal((await untilState(world.queue, again, "failed")).reason?.code, "locked");
      const [now] = await world.registry.query("SELECT downloaded_at FROM entries WHERE name = ?", [name]);
      assert.equal(now?.["downloaded_at"], "2026-01-01T00:00:00.000Z");
    }
    await world.queue.remove({ ids: [again] });
    assert.ok((await stat(path.join(models, "owner/model/tiny-Q4_K_M.gguf"))).isFile());
  });

  test("nor is what lies in the very place of a locked file, whoever it is from: its bytes are never replaced", async () => {
    await open();
    const first = await add({ model: "owner/model", quantizations: ["q4_k_m"] });
    const name = (await untilState(world.queue, first, "done")).entry ?? "";
    const again = await add({ model: "owner/model", quantizations: ["q4_k_m"], force: true, paused: true });
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    const mine = { ...row, key: "curated:mine", name: "mine", layer: "curated", source_reference: null, locked: 1 };
    await world.registry.commit([
      { table: "entries", key: `discovered:${name}`, after: null },
      { table: "entries", key: "curated:mine", after: mine },
    ]);
    const target = path.join(models, "owner/model/tiny-Q4_K_M.gguf");
    await writeFile(target, "these bytes are mine");
    assert.equal((await faultOf(add({ model: "owner/model", quantizations: ["q4_k_m"], force: true }))).code, "locked");
    await world.queue.resume({ ids: [again] });
    assert.equal((await untilState(world.queue, again, "failed")).reason?.code, "locked");
    assert.equal((await read(target)).toString(), "these bytes are mine");
  });

  test("nor is a locked file replaced whose lock came while its bytes came", async () => {
    await open();
    const first = await add({ model: "owner/model", quantizations: ["q8_0"] });
    const name = (await untilState(world.queue, first, "done")).entry ?? "";
    hub.hub.pace(CRAWL);
    const target = path.join(models, "owner/model/tiny-Q8_0.gguf");
    await writeFile(target, "these bytes are mine");
    const again = await add({ model: "owner/model", quantizations: ["q8_0"], force: true });
    await until(world.queue, ({ id, bytesDone }) => id === again && bytesDone > 0);
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    await world.registry.commit([{ table: "entries", key: `discovered:${name}`, after: { ...row, locked: 1 } }]);
    hub.hub.pace(undefined);
    assert.equal((await untilState(world.queue, again, "failed")).reason?.code, "locked");
    assert.ok((await read(target)).equals(Buffer.from("these bytes are mine")));
  });

  test("a lock holds the entry's own files: its twin of another stem, and another branch, can be had", async () => {
    await open();
    const twin = (file: string) => add({ model: "owner/twins", files: [file] });
    const name = (await untilState(world.queue, await twin("a-Q4_K_M.gguf"), "done")).entry ?? "";
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    await world.registry.commit([{ table: "entries", key: `discovered:${name}`, after: { ...row, locked: 1 } }]);
    const other = await twin("b-Q4_K_M.gguf");
    assert.equal((await untilState(world.queue, other, "done")).state, "done");
    const branch = await add({
      model: "owner/twins",
      revision: hub.hub.commit("owner/twins"),
      files: ["a-Q4_K_M.gguf"],
      force: true,
    });
    assert.equal((await untilState(world.queue, branch, "done")).state, "done");
    const [now] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    assert.deepEqual(now, { ...row, locked: 1 });
  });

  test("a quantization is fetched, proven, and an entry with its file and figures is there with it", async () => {
    await open();
    const id = await add({ model: "owner/model", quantizations: ["q4_k_m"] });
    const done = await untilState(world.queue, id, "done");
    assert.equal(done.variant, "Q4_K_M");
    assert.equal(done.bytesDone, small.length);
    const target = path.join(models, "owner/model/tiny-Q4_K_M.gguf");
    assert.equal(sha256Of(await read(target)), sha256Of(small));
    assert.ok(done.entry !== undefined);
    const entry = await world.registry.show(done.entry);
    assert.equal(entry.path, target);
    assert.equal(entry.backend, "llama.cpp");
    assert.equal(entry.quantization, "q4_k_m");
    assert.equal(entry.proof, "sha256");
    assert.equal(entry.displayName, "model (Q4_K_M)");
    assert.equal(entry.source?.revision, hub.hub.commit("owner/model"));
    assert.deepEqual(
      entry.files.map((file) => [file.path, file.sha256, file.proof]),
      [[target, sha256Of(small), "sha256"]],
    );
  });

  test("all parts of a split model are one download and one entry, whose path is the first part", async () => {
    await open();
    const id = await add({ model: "owner/split" });
    const done = await untilState(world.queue, id, "done");
    assert.equal(done.files.length, 2);
    const entry = await world.registry.show(done.entry ?? "");
    assert.equal(path.basename(entry.path ?? ""), "Big-Q4_K_M-00001-of-00002.gguf");
    assert.equal(entry.sizeBytes, 61_000);
  });

  test("weights bring what they need: a projector, a tokenizer", async () => {
    await open();
    const seer = await untilState(world.queue, await add({ model: "owner/seer", quantizations: ["Q4_K_M"] }), "done");
    assert.deepEqual(
      seer.files.map((file) => file.path),
      ["seer-Q4_K_M.gguf", "mmproj-F16.gguf"],
    );
    const tensors = await untilState(world.queue, await add({ model: "owner/tensors" }), "done");
    assert.deepEqual(tensors.files.map((file) => file.path).toSorted(), [
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
    const entry = await world.registry.show(tensors.entry ?? "");
    assert.equal(entry.backend, "vllm");
    assert.equal(entry.proof, "sha256");
    assert.equal(entry.files.find((file) => file.path.endsWith("config.json"))?.proof, "gitSha1");
  });

  test("small files that come again alone stay those of their entry, which keeps its place and all else it has", async () => {
    await open();
    const { entry: name = "" } = await untilState(world.queue, await add({ model: "owner/tensors" }), "done");
    const rows = (table: string) => world.registry.query(`SELECT * FROM ${table} ORDER BY 1`);
    const before = await rows("entries");
    await writeFile(path.join(hub.folder, "hub/owner/tensors/config.json"), '{"new":true}');
    await writeFile(path.join(hub.folder, "hub/owner/tensors/chat_template.jinja"), "{{ messages }}");
    await hub.hub.rescan();
    const files = ["config.json", "chat_template.jinja"];
    const done = await untilState(world.queue, await add({ model: "owner/tensors", files, force: true }), "done");
    assert.equal(done.entry, name);
    assert.deepEqual(await rows("entries"), before);
    assert.deepEqual(
      (await rows("files")).map((row) => [path.basename(String(row["path"])), row["entry"]]),
      [...files.toReversed(), "model.safetensors", "tokenizer.json"].map((file) => [file, name]),
    );
    const config = (await rows("files")).find((row) => String(row["path"]).endsWith("config.json"));
    assert.equal(config?.["size_bytes"], 12);
  });

  test("nor do small files come to a locked entry, be they new ones", async () => {
    await open();
    const { entry: name = "" } = await untilState(
      world.queue,
      await add({ model: "owner/model", quantizations: ["q4_k_m"] }),
      "done",
    );
    const [row] = await world.registry.query("SELECT * FROM entries WHERE name = ?", [name]);
    await world.registry.commit([{ table: "entries", key: `discovered:${name}`, after: { ...row, locked: 1 } }]);
    const fault = await faultOf(world.queue.add({ model: "owner/model", files: ["README.md"] }, never));
    assert.equal(fault.code, "locked");
  });

  test("two downloads that share a file fetch it once", async () => {
    await open();
    const ids = await world.queue.add({ model: "owner/seer", quantizations: ["Q4_K_M", "Q8_0"] }, never);
    assert.equal(ids.length, 2);
    for (const id of ids) await untilState(world.queue, id, "done");
    const fetched = hub.hub.requests.filter((one) => one.door === "cdn").length;
    assert.equal(fetched, 3);
  });

  test("two models of one quantization in a repository are two entries", async () => {
    await open();
    const ids = await world.queue.add({ model: "owner/twins", quantizations: ["Q4_K_M"] }, never);
    const entries = new Set<string | undefined>();
    for (const id of ids) entries.add((await untilState(world.queue, id, "done")).entry);
    assert.equal(entries.size, 2);
    assert.deepEqual(
      world.queue
        .list({})
        .map((one) => one.variant)
        .toSorted(),
      ["Q4_K_M (a)", "Q4_K_M (b)"],
    );
  });

  test("several choices and none said: the fault names them", async () => {
    await open();
    const fault = await faultOf(world.queue.add({ model: "owner/model" }, never));
    assert.ok(fault.code === "badArguments");
    assert.equal(fault.verb, "downloads.add");
    assert.match(fault.problem, /Q4_K_M · 40 kB, Q8_0 · 400 kB/);
  });

  test("what cannot be is said before anything is written", async () => {
    await open();
    const refused = async (request: Parameters<QueueWorld["queue"]["add"]>[0]) =>
      faultOf(world.queue.add(request, never));
    assert.equal((await refused({ model: "owner/nothing" })).code, "notFound");
    assert.equal((await refused({ model: "owner/model", quantizations: ["Q2_K"] })).code, "badArguments");
    assert.equal((await refused({ model: "owner/model", files: ["tiny-Q4_K.gguf"] })).code, "notFound");
    assert.equal((await refused({ model: "owner/model", location: "attic" })).code, "notFound");
    assert.equal((await refused({ model: "owner/model", folder: "relative" })).code, "badArguments");
    assert.equal((await refused({ model: "owner/split", subfolder: "../up" })).code, "badArguments");
    assert.equal((await refused({ model: "https://example.com/owner/model" })).code, "badArguments");
    assert.deepEqual(world.queue.list({}), []);
    assert.deepEqual(await namesBelow(models), []);
  });

  test("the same bytes asked for twice are one download", async () => {
    await open({}, { bytesPerSecond: CRAWL });
    const request = { model: "owner/model", quantizations: ["Q8_0"] };
    const [first, second] = await Promise.all([add(request), add(request)]);
    assert.equal(first, second);
    assert.equal(await add(request), first);
    hub.hub.pace(undefined);
    await untilState(world.queue, first, "done");
  });

  test("what an entry holds already is done at once, without a byte", async () => {
    await open();
    const request = { model: "owner/model", quantizations: ["Q4_K_M"] };
    const first = await untilState(world.queue, await add(request), "done");
    hub.hub.forget();
    const again = await add(request);
    const listed = world.queue.list({}).find((one) => one.id === again);
    assert.equal(listed?.state, "done");
    assert.equal(listed?.entry, first.entry);
    assert.equal(listed?.bytesDone, small.length);
    assert.ok(hub.hub.requests.every((one) => one.door === "api"));
    // Not where the file has gone since.
    await rm(path.join(models, "owner/model/tiny-Q4_K_M.gguf"));
    const third = await add(request);
    await untilState(world.queue, third, "done");
    assert.equal(hub.hub.requests.filter((one) => one.door === "cdn").length, 1);
  });

  test("pausing keeps what came; resuming fetches the rest", async () => {
    await open({}, { bytesPerSecond: CRAWL });
    const id = await add({ model: "owner/model", quantizations: ["Q8_0"] });
    await until(world.queue, (one) => one.id === id && one.bytesDone > 0);
    assert.deepEqual(await world.queue.pause({ ids: [id] }), [id]);
    const paused = world.queue.list({})[0];
    assert.equal(paused?.state, "paused");
    assert.equal(paused?.bytesPerSecond, 0);
    const kept = (await stat(path.join(models, "owner/model/tiny-Q8_0.gguf.partial"))).size;
    assert.ok(paused.bytesDone > 0 && kept >= paused.bytesDone && kept < large.length, String(kept));
    assert.deepEqual(await world.queue.pause({ all: true }), []);
    hub.hub.forget();
    hub.hub.pace(undefined);
    assert.deepEqual(await world.queue.resume({ all: true }), [id]);
    await untilState(world.queue, id, "done");
    const fetched = hub.hub.requests.find((one) => one.door === "cdn");
    assert.ok(String(fetched?.headers["range"]).startsWith(`bytes=${kept}-`));
  });

  test("cancelling leaves nothing: no partial, no finished part, no folder that was made for it", async () => {
    await open({ parallel: 1 });
    hub.hub.fail({ kind: "slow", bytesPerSecond: CRAWL }, { door: "cdn", url: sha256Of(sampleBytes(30_000, 4)) });
    const id = await add({ model: "owner/split" });
    await until(world.queue, (one) => one.files[1]?.state === "done" && (one.files[0]?.doneBytes ?? 0) > 0);
    assert.deepEqual(await world.queue.cancel({ ids: [id] }), [id]);
    assert.equal(world.queue.list({ state: "cancelled" }).length, 1);
    assert.deepEqual(await namesBelow(models), []);
    await assert.rejects(stat(models), { code: "ENOENT" });
  });

  test("cancelling leaves alone what was there before and what others need", async () => {
    await open({}, { bytesPerSecond: CRAWL });
    const beside = path.join(models, "owner/model/mine.txt");
    await mkdir(path.dirname(beside), { recursive: true });
    await writeFile(beside, "mine");
    const id = await add({ model: "owner/model", quantizations: ["Q8_0"] });
    await until(world.queue, (one) => one.id === id && one.bytesDone > 0);
    await world.queue.cancel({ all: true });
    assert.deepEqual(await namesBelow(models), ["owner/model/mine.txt"]);
  });

  test("an id that is not there is not found", async () => {
    await open();
    for (const deed of ["pause", "resume", "cancel"] as const) {
      assert.equal((await faultOf(world.queue[deed]({ ids: ["none"] }))).code, "notFound");
    }
  });

  test("small files do not count among those that run at once", async () => {
    await open({ parallel: 1, small: 8 * 2 ** 20 }, { bytesPerSecond: CRAWL });
    const ids = [
      await add({ model: "owner/split", paused: true }),
      await add({ model: "owner/tensors", paused: true }),
      await add({ model: "owner/model", quantizations: ["Q8_0"], paused: true }),
    ];
    const atOnce = new Promise<void>((resolve) => {
      world.queue.onChange(() => {
        if (world.queue.list({ state: "running" }).length === ids.length) resolve();
      });
    });
    await world.queue.resume({ all: true });
    await atOnce;
    hub.hub.pace(undefined);
    for (const id of ids) await untilState(world.queue, id, "done");
  });

  test("lower priorities run first, then those that came first; no more files at once than set", async () => {
    await open({ parallel: 1 });
    const late = await add({ model: "owner/model", quantizations: ["Q8_0"], paused: true, priority: 5 });
    const first = await add({ model: "owner/split", paused: true });
    const second = await add({ model: "owner/tensors", paused: true });
    assert.deepEqual(
      world.queue.list({}).map((one) => one.id),
      [first, second, late],
    );
    await world.queue.resume({ all: true });
    // A lane is free as soon as the bytes are there; what they are is read beside the next download.
    for (const id of [first, second, late]) await untilState(world.queue, id, "done");
    const order = hub.hub.requests
      .filter((one) => one.door === "resolve")
      .map((one) => one.url.split("/").slice(1, 3).join("/"));
    assert.deepEqual([...new Set(order)], ["owner/split", "owner/tensors", "owner/model"]);
    assert.deepEqual(
      world.queue.list({}).map((one) => one.id),
      [late, second, first],
    );
  });

  test("a failure says why, leaves no empty folder, and can be resumed", async () => {
    await open();
    const gone = { kind: "status", status: 404, headers: { "x-error-code": "EntryNotFound" } } as const;
    hub.hub.fail(gone, { door: "resolve" });
    const id = await add({ model: "owner/model", quantizations: ["Q4_K_M"] });
    const failed = await untilState(world.queue, id, "failed");
    await until(world.queue, (one) => one.id === id && one.reason !== undefined);
    assert.equal(failed.reason?.code, "notFound");
    assert.match(failed.reason?.message ?? "", /tiny-Q4_K_M\.gguf/);
    await world.queue.pause({ all: true });
    assert.deepEqual(await world.queue.resume({ ids: [id] }), [id]);
    await untilState(world.queue, id, "done");
  });

  test("gated files: the page to accept the terms is named; with a granted token they come", async () => {
    const served = {
      accounts: { hf_granted: { name: "ada", granted: ["owner/model"] } },
      repositories: { "owner/model": { gated: "manual" as const } },
    };
    await open({}, served);
    const id = await add({ model: "owner/model", quantizations: ["Q4_K_M"] });
    const failed = await untilState(world.queue, id, "failed");
    assert.equal(failed.reason?.code, "gated");
    assert.equal(failed.reason?.facts["page"], `${hub.hub.url}/owner/model`);
    await world.close();
    world = await openQueue(hub.hub, { storage: storage.folder, models, generation: 2, token: "hf_granted" });
    await world.queue.resume({ all: true });
    await untilState(world.queue, id, "done");
  });

  test("after a restart what ran goes on from its partial file, and what waited waits", async () => {
    await open({ parallel: 1 }, { bytesPerSecond: CRAWL });
    const running = await add({ model: "owner/model", quantizations: ["Q8_0"] });
    const paused = await add({ model: "owner/split", paused: true });
    await until(world.queue, (one) => one.id === running && one.bytesDone > 0);
    const bytesDone = world.queue.list({}).find(({ id }) => id === running)?.bytesDone ?? 0;
    await world.close();
    const kept = (await stat(path.join(models, "owner/model/tiny-Q8_0.gguf.partial"))).size;
    assert.ok(bytesDone > 0 && kept >= bytesDone && kept < large.length, String(kept));
    hub.hub.forget();
    hub.hub.pace(undefined);
    world = await openQueue(hub.hub, { storage: storage.folder, models, generation: 2 });
    await untilState(world.queue, running, "done");
    assert.equal(world.queue.list({ state: "paused" })[0]?.id, paused);
    const fetched = hub.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);
    assert.equal(fetched, large.length - kept);
  });

  test("figures move at most four times a second, and progress never enters the journal", async () => {
    await open({}, { bytesPerSecond: 500_000 });
    let commits = 0;
    world.registry.onChange(() => (commits += 1));
    const times: number[] = [];
    world.queue.onProgress(() => times.push(performance.now()));
    const id = await add({ model: "owner/model", quantizations: ["Q8_0"] });
    await untilState(world.queue, id, "done");
    // Added, running, done.
    assert.equal(commits, 3);
    assert.ok(times.length >= 2);
    // What comes late is not made up for.
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    assert.ok(times.length <= 2 + 4 * seconds, `${times.length} in ${seconds} s`);
  });

  test("whoever follows what is told has what a list says", async () => {
    await open({}, { bytesPerSecond: 500_000 });
    const { queue } = world;
    let followed = { downloads: queue.list({}), told: queue.changes.told };
    const follow = (): void => {
      const change = queue.changes.take();
      const downloads = withChange(followed, change);
      assert.ok(downloads);
      followed = { downloads, told: change.to };
    };
    const heard = [queue.onChange(follow), queue.onProgress(follow)];
    const small = await add({ model: "owner/model", quantizations: ["Q4_K_M"] });
    await untilState(queue, await add({ model: "owner/model", quantizations: ["Q8_0"] }), "done");
    await untilState(queue, small, "done");
    await queue.remove({ ids: [small] });
    for (const one of heard) one.dispose();
    const shortly = (list: readonly Download[]): unknown =>
      list.map(({ id, state, bytesDone }) => [id, state, bytesDone]);
    assert.deepEqual(shortly(followed.downloads), shortly(queue.list({})));
    assert.equal(followed.downloads.length, 1);
  });

  test("a flat location has no owner's folder; a folder of one's own is taken as it is", async () => {
    await open({ layout: "flat" });
    await untilState(
      world.queue,
      await add({ model: "owner/model", quantizations: ["Q4_K_M"], subfolder: "llm" }),
      "done",
    );
    const own = path.join(storage.folder, "own");
    await untilState(world.queue, await add({ model: "owner/split", folder: own }), "done");
    assert.deepEqual(await namesBelow(models), ["llm/tiny-Q4_K_M.gguf"]);
    assert.deepEqual(await namesBelow(own), ["Big-Q4_K_M-00001-of-00002.gguf", "Big-Q4_K_M-00002-of-00002.gguf"]);
  });
});
