import assert from "node:assert/strict";
import { appendFile, mkdir, rename, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, CRAWL, hubWith, never, sampleBytes, sha256Of } from "./support.ts";

const content = sampleBytes(40_000, 2);
/** When each test began. */
let began = { wall: nodeClock.wall(), now: nodeClock.now() };
/** Looks again in a moment; disks have the time they have. It stands still, so that nobody who pauses is taken to have left. */
const clock: Clock = {
  wall: () => began.wall,
  now: () => began.now,
  sleep: (delay, signal) => nodeClock.sleep(millis(delay <= 2000 ? Math.min(delay, 20) : delay), signal),
};

suite("another program that fills the same Hugging Face cache", () => {
  let hub: TestHub;
  let storage: Awaited<ReturnType<typeof temporary>>;
  let world: QueueWorld;
  let blob: string;

  setup(async () => {
    began = { wall: nodeClock.wall(), now: nodeClock.now() };
    hub = await hubWith({ "tiny-Q4_K_M.gguf": content, "owner/other//other-Q4_K_M.gguf": sampleBytes(30_000, 3) });
    storage = await temporary();
    const models = path.join(storage.folder, "hub");
    blob = path.join(models, "models--owner--model/blobs", sha256Of(content));
    await mkdir(path.dirname(blob), { recursive: true });
    world = await openQueue(hub.hub, { storage: storage.folder, models, layout: "hf-cache", clock, parallel: 1 });
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const fetched = (): number =>
    hub.hub.requests.filter((one) => one.door === "cdn").reduce((sum, one) => sum + one.bytes, 0);

  for (const end of [".incomplete", ".0a1b2c3d.incomplete"])
    test(`a blob that it is fetching as <etag>${end} is waited for, and taken`, async () => {
      await writeFile(blob + end, content.subarray(0, 10_000));
      const [id = ""] = await world.queue.add({ model: "owner/model" }, never);
      const { reason } = await until(world.queue, (one) => one.id === id && one.reason?.code === "writtenElsewhere");
      assert.match(reason?.message ?? "", /^Another program is fetching tiny-Q4_K_M\.gguf/);
      await appendFile(blob + end, content.subarray(10_000));
      await rename(blob + end, blob);
      await untilState(world.queue, id, "done");
      assert.equal(fetched(), 0);
    });

  test("who waits for it keeps no other from being fetched, and goes on when there is a place again", async () => {
    await writeFile(`${blob}.incomplete`, content.subarray(0, 10_000));
    const [id = ""] = await world.queue.add({ model: "owner/model" }, never);
    await until(world.queue, (one) => one.id === id && one.reason?.code === "writtenElsewhere");
    hub.hub.pace(CRAWL);
    const [other = ""] = await world.queue.add({ model: "owner/other" }, never);
    await until(world.queue, (one) => one.id === other && one.bytesDone > 0);
    await appendFile(`${blob}.incomplete`, content.subarray(10_000));
    await rename(`${blob}.incomplete`, blob);
    // Which of two that have their bytes is finished first, the disk decides.
    const come = (of: string): number => world.queue.list({}).find((one) => one.id === of)?.bytesDone ?? 0;
    hub.hub.pace(undefined);
    let othersThen: number | undefined;
    const heard = world.queue.onChange(() => {
      if (come(id) > 0) othersThen ??= come(other);
    });
    await untilState(world.queue, id, "done");
    heard.dispose();
    assert.equal(othersThen, 30_000);
  });

  test("what it left behind long ago is no hindrance, and stays", async () => {
    await writeFile(`${blob}.incomplete`, content.subarray(0, 10_000));
    await utimes(`${blob}.incomplete`, new Date("2026-01-01"), new Date("2026-01-01"));
    const [id = ""] = await world.queue.add({ model: "owner/model" }, never);
    await untilState(world.queue, id, "done");
    assert.equal(fetched(), content.length);
  });

  test("waiting for it can be cancelled", async () => {
    await writeFile(`${blob}.incomplete`, content.subarray(0, 10_000));
    const [id = ""] = await world.queue.add({ model: "owner/model" }, never);
    await until(world.queue, (one) => one.id === id && one.reason?.code === "writtenElsewhere");
    await world.queue.cancel({ ids: [id] });
    assert.equal(world.queue.list({})[0]?.state, "cancelled");
  });
});
