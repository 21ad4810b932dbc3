import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type QueueOptions, type QueueWorld, openQueue, temporary, untilState } from "./queue-support.ts";
import { type TestHub, hubWith, never, sampleBytes } from "./support.ts";

const CONTENTS = { "tiny-Q8_0.gguf": sampleBytes(400_000, 3), "tiny-Q4_K_M.gguf": sampleBytes(40_000, 4) };

suite("the limit and the figures of the queue as a whole", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let generation = 0;

  const open = async (options: Partial<QueueOptions> = {}): Promise<void> => {
    generation += 1;
    const models = path.join(storage.folder, "models");
    world = await openQueue(hub.hub, { storage: storage.folder, models, generation, ...options });
  };
  const again = async (options: Partial<QueueOptions> = {}): Promise<number | null> => {
    await world.close();
    await open(options);
    return (await world.queue.status()).limit;
  };
  setup(async () => {
    hub = await hubWith(CONTENTS);
    storage = await temporary();
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (quantization: string, paused = false): Promise<string> => {
    const [id] = await world.queue.add({ model: "owner/model", quantizations: [quantization], paused }, never);
    assert.ok(id !== undefined);
    return id;
  };

  test("the later word counts: what a person set, until the setting is changed", async () => {
    await open({ bandwidthLimit: 5000 });
    assert.equal((await world.queue.status()).limit, 5000);
    let told = 0;
    world.queue.onChange(() => (told += 1));
    await world.queue.limit(null);
    assert.equal((await world.queue.status()).limit, null);
    assert.equal(told, 1);
    assert.equal(await again({ bandwidthLimit: 5000 }), null, "over a restart");
    assert.equal(await again({ bandwidthLimit: 6000 }), 6000, "the setting was changed");
    await world.queue.limit(700);
    assert.equal(await again({ bandwidthLimit: 6000 }), 700);
    await writeFile(path.join(storage.folder, "download-limit.json"), "torn{");
    assert.equal(await again({ bandwidthLimit: 6000 }), 6000);
  });

  test("it can be lifted while a download runs", async () => {
    await open({ bandwidthLimit: 1000 });
    const id = await add("Q8_0");
    await untilState(world.queue, id, "running");
    // At a thousand bytes a second it would take minutes, and the test would not live to see it.
    await world.queue.limit(null);
    await untilState(world.queue, id, "done");
  });

  test("counts by state, and what is free by location", async () => {
    await open();
    const paused = await add("Q8_0", true);
    await untilState(world.queue, await add("Q4_K_M"), "done");
    const status = await world.queue.status();
    assert.deepEqual(status.counts, {
      queued: 0,
      running: 0,
      paused: 1,
      verifying: 0,
      done: 1,
      failed: 0,
      cancelled: 0,
    });
    assert.deepEqual([status.bytesPerSecond, status.etaSeconds, status.closedUntil], [0, null, undefined]);
    assert.deepEqual(
      status.free.map(({ location, freeBytes }) => [location, (freeBytes ?? 0) > 0]),
      [["main", true]],
    );
    await world.queue.cancel({ ids: [paused] });
    assert.equal((await world.queue.status()).counts.cancelled, 1);
  });
});
