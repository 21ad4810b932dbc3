import assert from "node:assert/strict";
import path from "node:path";
import { createDownloadTasks } from "../../../src/core/downloads/task-source.ts";
import type { DownloadQueue } from "../../../src/core/downloads/queue.ts";
import { type QueueWorld, openQueue, temporary, untilState } from "./queue-support.ts";
import { type TestHub, faultOf, hubWith, namesBelow, never, sampleBytes } from "./support.ts";

const variants = ["Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0"];
const CONTENTS = Object.fromEntries(
  variants.map((variant, index) => [`tiny-${variant}.gguf`, sampleBytes(20_000 + index * 1000, 30 + index)]),
);

suite("the order and the end of downloads", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let generation = 0;

  const open = async (): Promise<QueueWorld> => {
    generation += 1;
    const models = path.join(storage.folder, "models");
    return openQueue(hub.hub, { storage: storage.folder, models, generation, parallel: 1 });
  };
  setup(async () => {
    hub = await hubWith(CONTENTS);
    storage = await temporary();
    world = await open();
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (variant: string, more: Partial<Parameters<DownloadQueue["add"]>[0]> = {}): Promise<string> => {
    const [id] = await world.queue.add(
      { model: "owner/model", quantizations: [variant], paused: true, ...more },
      never,
    );
    assert.ok(id !== undefined);
    return id;
  };
  const order = (): string =>
    world.queue
      .list({})
      .map(({ variant }) => variant)
      .join(" ");

  test("order and priority that a person gave survive a restart", async () => {
    const ids: string[] = [];
    for (const variant of variants) ids.push(await add(variant));
    const [first = "", , third = "", last = ""] = ids;
    await world.queue.move(last, "top");
    await world.queue.move(first, "bottom");
    await world.queue.move(third, { priority: -2 });
    assert.equal(order(), "Q6_K Q8_0 Q5_K_M Q4_K_M");
    await world.close();
    world = await open();
    assert.equal(order(), "Q6_K Q8_0 Q5_K_M Q4_K_M");
    assert.equal(world.queue.list({}).find((one) => one.id === third)?.priority, -2);
    await world.queue.move(third, "down");
    assert.equal(order(), "Q8_0 Q6_K Q5_K_M Q4_K_M");
  });

  test("what was moved to the top is fetched first", async () => {
    for (const variant of variants) await add(variant);
    const last = world.queue.list({}).at(-1);
    assert.ok(last);
    await world.queue.move(last.id, "top");
    await world.queue.resume({ all: true });
    for (const { id } of world.queue.list({})) await untilState(world.queue, id, "done");
    assert.match(hub.hub.requests.find(({ url }) => url.includes(".gguf"))?.url ?? "", /Q8_0/);
  });

  test("one that was cancelled is tried again and comes whole", async () => {
    const id = await add("Q4_K_M");
    await world.queue.cancel({ ids: [id] });
    assert.deepEqual(await world.queue.resume({ ids: [id] }), []);
    assert.deepEqual(await world.queue.retry({ ids: [id] }), [id]);
    assert.equal((await untilState(world.queue, id, "done")).entry, "model-llama.cpp-gguf-q4_k_m");
    assert.deepEqual(await world.queue.retry({ all: true }), []);
  });

  test("removed ones are gone for good, their entries and those that wait are not", async () => {
    const done = await add("Q4_K_M", { paused: false });
    await untilState(world.queue, done, "done");
    const cancelled = await add("Q5_K_M");
    await world.queue.cancel({ ids: [cancelled] });
    const waits = await add("Q6_K");
    assert.deepEqual((await world.queue.remove({ all: true })).toSorted(), [done, cancelled].toSorted());
    await world.close();
    world = await open();
    assert.deepEqual(
      world.queue.list({}).map(({ id }) => id),
      [waits],
    );
    assert.equal((await world.registry.show("model-llama.cpp-gguf-q4_k_m")).state, "installed");
    assert.equal((await faultOf(world.queue.remove({ ids: [done] }))).code, "notFound");
  });

  test("of a failed one nothing is left behind when it is removed", async () => {
    hub.hub.fail({ kind: "cut", after: 5000 }, { door: "cdn" });
    hub.hub.fail({ kind: "status", status: 404 }, { door: "cdn", after: 1, times: 99 });
    const id = await add("Q4_K_M", { paused: false });
    await untilState(world.queue, id, "failed");
    assert.notDeepEqual(await namesBelow(path.join(storage.folder, "models")), []);
    await world.queue.remove({ ids: [id] });
    assert.deepEqual(world.queue.list({}), []);
    assert.deepEqual(await namesBelow(path.join(storage.folder, "models")), []);
  });

  test("an ended one stays where it is, and says so", async () => {
    const id = await add("Q4_K_M");
    await world.queue.cancel({ ids: [id] });
    assert.equal((await faultOf(world.queue.move(id, "top"))).code, "badArguments");
    assert.equal((await faultOf(world.queue.move("nobody", "top"))).code, "notFound");
  });

  test("downloads are tasks: the same ids, states and order", async () => {
    for (const variant of variants) await add(variant);
    const tasks = createDownloadTasks(world.queue);
    assert.equal(
      tasks
        .list()
        .map(({ title }) => title)
        .join(", "),
      variants.map((one) => `owner/model · ${one}`).join(", "),
    );
    const [first] = tasks.list();
    assert.ok(first);
    assert.deepEqual(first.progress, { done: 0, total: 20_000, unit: "bytes" });
    assert.deepEqual(await tasks.cancel({ all: true, kind: "verify" }), []);
    const ids = tasks.list().map(({ id }) => id);
    assert.deepEqual(await tasks.cancel({ all: true, kind: "download" }), ids);
  });
});
