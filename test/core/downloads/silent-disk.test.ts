import assert from "node:assert/strict";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createDiskQuestions } from "../../../src/core/downloads/disk-questions.ts";
import { createFreeSpace } from "../../../src/core/downloads/free-space.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { bytes, millis } from "../../../src/core/util/ids.ts";
import { type QueueWorld, openQueue, temporary, until, untilState } from "./queue-support.ts";
import { type TestHub, faultOf, hubWith, never, sampleBytes } from "./support.ts";

/** Its patience is over soon; not so soon that a disk of a busy machine is taken for silent. */
const clock: Clock = {
  ...nodeClock,
  sleep: (delay, signal) => nodeClock.sleep(millis(Math.min(delay, 2000)), signal),
};

/** Longer than a test may take. */
const HOUR = millis(3_600_000);

suite("a disk that does not answer", () => {
  test("is asked one question, and holds nobody", async () => {
    const answer = Promise.withResolvers<ReturnType<typeof bytes>>();
    let asked = 0;
    let changes = 0;
    let time = 0;
    const disks = createDiskQuestions(clock);
    const files = {
      freeSpace: () => {
        asked += 1;
        return answer.promise;
      },
    };
    const space = createFreeSpace({ files, clock: { now: () => millis((time += 60_000)) }, disks }, () => {
      changes += 1;
    });
    assert.equal(space.known("/mnt/away"), undefined);
    await space.look(["/mnt/away"]);
    for (let times = 0; times < 20; times++) assert.equal(space.known("/mnt/away"), undefined);
    const given = await faultOf(disks.ask("/mnt/away", files.freeSpace));
    assert.deepEqual([given.code, asked, changes], ["diskSilent", 1, 0]);

    const answered = new Promise<void>((resolve) => void disks.onAnswer(resolve));
    answer.resolve(bytes(5e9));
    await answered;
    await space.look(["/mnt/away"]);
    assert.deepEqual([asked, space.known("/mnt/away"), changes], [2, 5e9, 1]);
  });

  test("a disk that says no is no silent one, and what is a little less is not told", async () => {
    const disks = createDiskQuestions(clock);
    await assert.rejects(
      disks.ask("/mnt/a", () => Promise.reject(new Error("no"))),
      /^Error: no$/,
    );
    let free = 9e9;
    let changes = 0;
    const files = { freeSpace: async () => bytes(free) };
    const space = createFreeSpace({ files, clock: nodeClock, disks }, () => (changes += 1));
    await space.look(["/mnt/a"]);
    free -= 1e6;
    await space.look(["/mnt/a"]);
    assert.deepEqual([space.known("/mnt/a"), changes], [9e9, 1]);
    free -= 1e9;
    await space.look(["/mnt/a"]);
    assert.deepEqual([space.known("/mnt/a"), changes], [free, 2]);
  });

  test("holds nobody who closes: what waits for it ends, and nothing more is asked", async () => {
    const untilAborted = { ...nodeClock, sleep: (_: unknown, signal: AbortSignal) => nodeClock.sleep(HOUR, signal) };
    const disks = createDiskQuestions(untilAborted);
    const waiting = disks.ask("/mnt/away", () => new Promise<never>(() => undefined));
    disks.dispose();
    await assert.rejects(waiting, { name: "AbortError" });
    let asked = 0;
    await assert.rejects(
      disks.ask("/mnt/other", async () => (asked += 1)),
      { name: "AbortError" },
    );
    assert.equal(asked, 0);
  });

  suite("in the queue", () => {
    let hub: TestHub;
    let storage: Awaited<ReturnType<typeof temporary>>;
    let world: QueueWorld;

    setup(async () => {
      hub = await hubWith({ "tiny-Q4_K_M.gguf": sampleBytes(40_000, 2) });
      storage = await temporary();
    });
    teardown(async () => {
      await world.close();
      await hub.close();
      await storage.remove();
    });

    test("lists answer at once, what goes there waits and says so, other disks go on, and so does it in the end", async () => {
      const models = path.join(storage.folder, "away");
      const second = path.join(storage.folder, "here");
      const back = Promise.withResolvers<void>();
      let isBack = false;
      /** Of the question asked last; its patience begins right behind it. */
      let isAway = false;
      const files = {
        ...nodeFiles,
        ...Object.fromEntries(
          (["stat", "list", "resolve", "readText", "freeSpace"] as const).map((name) => [
            name,
            async (file: string) => {
              isAway = file.startsWith(models) && !isBack;
              if (isAway) await back.promise;
              return nodeFiles[name](file, bytes(2 ** 22));
            },
          ]),
        ),
      };
      // The other disk has all the time that a busy machine takes.
      const fair: Clock = {
        ...clock,
        sleep: (delay, signal) =>
          delay === 5000 && !isAway ? nodeClock.sleep(HOUR, signal) : clock.sleep(delay, signal),
      };
      world = await openQueue(hub.hub, { storage: storage.folder, models, second, files, clock: fair });
      const { queue } = world;
      const free = (): readonly (boolean | null)[] =>
        queue.summary().free.map(({ freeBytes }) => (freeBytes === null ? null : freeBytes > 0));
      const [away] = await queue.add({ model: "owner/model" }, never);
      await until(queue, ({ id, reason }) => id === away && reason?.code === "diskSilent");
      assert.equal(
        (await faultOf(queue.preview({ model: "owner/model" }, { prove: false }, never))).code,
        "diskSilent",
      );
      const { message } = queue.list({})[0]?.reason ?? {};
      assert.equal(message, `The disk of ${models} does not answer.`);
      await queue.status();
      assert.deepEqual(free(), [null, true]);
      const [silent, other] = await queue.freeSpace([models, second]);
      assert.deepEqual([silent?.freeBytes, silent?.reason?.code], [null, "diskSilent"]);
      assert.deepEqual([(other?.freeBytes ?? 0) > 0, other?.reason], [true, undefined]);
      const [here] = await queue.add({ model: "owner/model", location: "second" }, never);
      await untilState(queue, here ?? "", "done");
      assert.equal(queue.list({ state: "queued" })[0]?.id, away);

      isBack = true;
      back.resolve();
      await untilState(queue, away ?? "", "done");
      await queue.status();
      assert.deepEqual(free(), [true, true]);
      assert.equal((await queue.freeSpace([models]))[0]?.reason, undefined);
    });

    test("where names depend on what it holds, adding is refused in words", async () => {
      const models = path.join(storage.folder, "away");
      const silence = new Promise<never>(() => undefined);
      const files = {
        ...nodeFiles,
        list: (folder: string) => (folder.startsWith(models) ? silence : nodeFiles.list(folder)),
      };
      world = await openQueue(hub.hub, { storage: storage.folder, models, layout: "hf-cache", files, clock });
      const given = await faultOf(world.queue.add({ model: "owner/model" }, never));
      assert.deepEqual(given, { code: "diskSilent", folder: models });
      assert.deepEqual(world.queue.list({}), []);
    });
  });
});
