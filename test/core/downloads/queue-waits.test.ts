import assert from "node:assert/strict";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { DownloadQueue } from "../../../src/core/downloads/queue.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { readSchedule } from "../../../src/core/settings-schedule.ts";
import { createHostBook } from "../../../src/core/system/host-book.ts";
import { type Bytes, bytes, millis } from "../../../src/core/util/ids.ts";
import { type QueueOptions, type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, CRAWL, hubWith, never, read, sampleBytes } from "./support.ts";

const small = sampleBytes(40_000, 2);
const large = sampleBytes(400_000, 3);
const CONTENTS = { "tiny-Q4_K_M.gguf": small, "tiny-Q8_0.gguf": large, "owner/other//other-Q4_K_M.gguf": small };
const night = readSchedule([{ from: "22:00", to: "07:00" }]) ?? [];

suite("what downloads wait for", () => {
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let world: QueueWorld;
  let generation = 0;
  /** Milliseconds that the wall's clock is ahead. */
  let ahead = 0;
  /** When the clock stands still, in its own milliseconds. */
  let standing: number | undefined;
  /** Its hours pass in a moment: what sleeps until one of them looks again soon. */
  const clock: Clock = {
    ...nodeClock,
    wall: () => Date.now() + ahead,
    now: () => (standing === undefined ? nodeClock.now() : millis(standing)),
    // Five seconds are the patience with disks.
    sleep: (delay, signal) => nodeClock.sleep(millis(delay === 5000 ? delay : Math.min(delay, 50)), signal),
  };
  const set = (hours: number): void => {
    const then = new Date();
    then.setHours(hours, 0, 0, 0);
    ahead = then.getTime() - Date.now();
  };
  const open = async (options: Partial<QueueOptions> = {}): Promise<void> => {
    generation += 1;
    const models = path.join(storage.folder, "models");
    world = await openQueue(hub.hub, { storage: storage.folder, models, generation, clock, ...options });
  };
  setup(async () => {
    hub = await hubWith(CONTENTS);
    storage = await temporary();
    ahead = 0;
    standing = undefined;
  });
  teardown(async () => {
    await world.close();
    await hub.close();
    await storage.remove();
  });
  const add = async (variant: string, more: Partial<Parameters<DownloadQueue["add"]>[0]> = {}): Promise<string> => {
    const [id] = await world.queue.add({ model: "owner/model", quantizations: [variant], ...more }, never);
    assert.ok(id !== undefined);
    return id;
  };
  const untilReason = (id: string, code: string) =>
    until(world.queue, (one) => one.id === id && one.state === "queued" && one.reason?.code === code);

  test("while the schedule is closed it waits and says until when, and goes on by itself when it opens", async () => {
    set(21);
    await open({ schedule: night });
    const id = await add("Q4_K_M");
    const waiting = await untilReason(id, "scheduled");
    const opens = new Date(clock.wall());
    opens.setHours(22, 0, 0, 0);
    assert.equal(waiting.reason?.facts["until"], opens.toISOString());
    assert.match(waiting.reason?.message ?? "", /22:00/);
    assert.equal((await world.queue.status()).closedUntil, opens.toISOString());
    set(22);
    await untilState(world.queue, id, "done");
    assert.equal((await world.queue.status()).closedUntil, undefined);
  });

  test("what runs when it closes stands still where it is", async () => {
    hub.hub.pace(CRAWL);
    set(6);
    await open({ schedule: night });
    const id = await add("Q8_0");
    await until(world.queue, (one) => one.id === id && one.bytesDone > 0);
    set(7);
    const stands = await untilReason(id, "scheduled");
    assert.ok(stands.bytesDone > 0 && stands.bytesDone < large.length);
    assert.equal((await world.queue.status()).counts.queued, 1);
  });

  test("a person's own start holds until it opens, also over a restart", async () => {
    set(12);
    await open({ schedule: night });
    const now = await add("Q4_K_M");
    const later = await add("Q8_0");
    await untilReason(now, "scheduled");
    await world.close();
    await open({ schedule: night, parallel: 1 });
    assert.deepEqual(await world.queue.resume({ ids: [now] }), [now]);
    await untilState(world.queue, now, "done");
    assert.equal((await untilReason(later, "scheduled")).state, "queued");
    await world.queue.pause({ ids: [later] });
    await world.close();
    await open({ schedule: night });
    assert.deepEqual(await world.queue.resume({ all: true }), [later]);
    await untilState(world.queue, later, "done");
  });

  test("a set that does not fit waits with what it takes and what is free, a smaller one goes ahead", async () => {
    let free = bytes(200_000);
    const files = { ...nodeFiles, freeSpace: async (): Promise<Bytes> => free };
    await open({ files, reserve: 100_000 });
    const big = await add("Q8_0");
    const waits = await untilReason(big, "diskFull");
    assert.deepEqual([waits.reason?.facts["needed"], waits.reason?.facts["free"]], [large.length + 100_000, 200_000]);
    const fits = await add("Q4_K_M");
    await untilState(world.queue, fits, "done");
    assert.equal((await untilReason(big, "diskFull")).bytesDone, 0);
    // A person made room and removes what ended: looked at again.
    free = bytes(10_000_000);
    await world.queue.remove({ ids: [fits] });
    await untilState(world.queue, big, "done");
  });

  test("two sets that fit alone but not together come one after the other", async () => {
    let free = bytes(60_000);
    const files = { ...nodeFiles, freeSpace: async (): Promise<Bytes> => free };
    await open({ files });
    hub.hub.pace(CRAWL);
    const first = await add("Q4_K_M", { paused: true });
    const second = await add("Q4_K_M", { model: "owner/other", paused: true });
    await world.queue.resume({ all: true });
    await untilReason(second, "diskFull");
    free = bytes(60_000 + small.length);
    hub.hub.pace(undefined);
    await untilState(world.queue, first, "done");
    await untilState(world.queue, second, "done");
  });

  test("where the source does not answer at all it waits, and goes on once it does", async () => {
    const asked: string[] = [];
    let silent = true;
    await open({
      reachable: async (origin) => {
        asked.push(origin);
        return !silent;
      },
    });
    hub.hub.fail({ kind: "cut", after: 0 }, { door: "cdn", times: 99 });
    // However long it takes until both wait, the time to ask again does not come.
    standing = nodeClock.now();
    const ids = [await add("Q4_K_M"), await add("Q8_0")];
    for (const id of ids) await untilReason(id, "offline");
    // No storm: two wait, and one question was asked.
    assert.deepEqual(asked, [hub.hub.url]);
    // A fraction of a millisecond is cut off.
    const asksAgain = clock.wall() + 4999;
    const [host, ...others] = world.queue.hosts();
    assert.deepEqual([host?.host, others], [new URL(hub.hub.url).host, []]);
    const told = Date.parse(host?.askedAgain ?? "");
    assert.ok(told >= asksAgain && told <= clock.wall() + 5000, host?.askedAgain);
    hub.hub.heal();
    silent = false;
    standing = undefined;
    await world.queue.resume({ all: true });
    for (const id of ids) await untilState(world.queue, id, "done");
    assert.deepEqual(world.queue.hosts(), []);
    assert.ok((await read(path.join(storage.folder, "models/owner/model/tiny-Q8_0.gguf"))).equals(large));
  });

  test("a source's wish to wait is known of its host, and that bytes come from it", async () => {
    hub.hub.pace(CRAWL);
    // Its clock stands still: what was asked for is not over.
    const hosts = createHostBook({ wall: () => 0 });
    await open({ hosts });
    const known = (host: string) => hosts.list().find((one) => one.host === host);
    const { host } = new URL(hub.hub.url);
    const first = await add("Q8_0");
    await until(world.queue, ({ id, bytesPerSecond }) => id === first && bytesPerSecond > 0);
    assert.equal(known(host)?.state, "reachable");
    hub.hub.pace(undefined);
    await untilState(world.queue, first, "done");
    hub.hub.fail({ kind: "status", status: 429, headers: { "retry-after": "1.2" } }, { door: "resolve", times: 1 });
    await untilState(world.queue, await add("Q4_K_M"), "done");
    assert.equal(known(host)?.state, "waiting");
    const left = Date.parse(known(host)?.until ?? "");
    assert.ok(left > 0 && left <= 1200, String(left));
  });

  test("where it answers, and the files cannot be had, it has failed", async () => {
    await open({ reachable: async () => true });
    hub.hub.fail({ kind: "cut", after: 0 }, { door: "cdn", times: 99 });
    const id = await add("Q4_K_M");
    assert.equal((await untilState(world.queue, id, "failed")).reason?.code, "network");
  });
});
