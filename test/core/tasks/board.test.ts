import assert from "node:assert/strict";
import path from "node:path";
import { createDownloadTasks } from "../../../src/core/downloads/task-source.ts";
import { createTaskBoard } from "../../../src/core/tasks/create-board.ts";
import type { TaskBoard } from "../../../src/core/tasks/board.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { type QueueWorld, openQueue, temporary } from "../downloads/queue-support.ts";
import { type TestHub, faultOf, hubWith, never, sampleBytes } from "../downloads/support.ts";
import { FIRST_PIECE } from "./hash-here.ts";
import { type VerifyWorld, createVerifyWorld, untilTask } from "./support.ts";

suite("the task board", function () {
  this.timeout(180_000);
  let hub: TestHub;
  let storage: { readonly folder: string; remove(): Promise<void> };
  let queue: QueueWorld;
  let checks: VerifyWorld;
  let board: TaskBoard;
  let download: string;

  setup(async () => {
    hub = await hubWith({ "tiny-Q4_K_M.gguf": sampleBytes(20_000, 7) });
    storage = await temporary();
    queue = await openQueue(hub.hub, { storage: storage.folder, models: path.join(storage.folder, "models") });
    // A check still runs when the test is through with it.
    checks = await createVerifyWorld({ midway: () => new Promise(() => undefined) });
    await checks.putZeros("long", "long.gguf", 2 * FIRST_PIECE);
    board = createTaskBoard([createDownloadTasks(queue.queue), checks.verifier]);
    [download = ""] = await queue.queue.add({ model: "owner/model", paused: true }, never);
  });
  teardown(async () => {
    await checks.close();
    await queue.close();
    await hub.close();
    await storage.remove();
  });
  const show = (): readonly (readonly string[])[] => board.list({}).map(({ kind, state }) => [kind, state]);

  test("downloads and checks are one list, by priority, with what ended at its end", async () => {
    const check = await checks.verifier.verify(undefined);
    assert.deepEqual(show(), [
      ["download", "paused"],
      ["verify", "running"],
    ]);
    await board.move(check, { priority: -1 });
    assert.deepEqual(show()[0], ["verify", "running"]);
    await board.move(download, { priority: -2 });
    assert.deepEqual(show()[0], ["download", "paused"]);
    await board.cancel({ ids: [download] });
    assert.deepEqual(show(), [
      ["verify", "running"],
      ["download", "cancelled"],
    ]);
    assert.deepEqual(
      board.list({ kind: "download", state: "cancelled" }).map(({ id }) => id),
      [download],
    );
    assert.deepEqual(board.list({ kind: "download", state: "paused" }), []);
  });

  test("a deed reaches the one who has the task, and all of a kind", async () => {
    const check = await checks.verifier.verify(undefined);
    assert.deepEqual(await board.cancel({ all: true, kind: "scan" }), []);
    assert.deepEqual(await board.pause({ all: true, kind: "verify" }), [check]);
    assert.deepEqual(await board.pause({ ids: [download, check] }), []);
    assert.deepEqual((await board.cancel({ all: true })).toSorted(), [download, check].toSorted());
    assert.deepEqual(await board.retry({ ids: [check] }), [check]);
  });

  test("one id that no one has, and nothing is done to the others", async () => {
    const found = await faultOf(board.cancel({ ids: [download, "nobody"] }));
    assert.deepEqual(found, { code: "notFound", what: "task", name: "nobody" });
    await assert.rejects(board.move("nobody", "top"), (error) => isFault(error, "notFound"));
    assert.equal(board.list({})[0]?.state, "paused");
  });

  test("clearing takes off what ended in that way, and counts it", async () => {
    await checks.verifier.verify(undefined);
    await board.cancel({ all: true });
    assert.equal(await board.clear("done"), 0);
    assert.equal(await board.clear("cancelled"), 2);
    assert.deepEqual(board.list({}), []);
    assert.equal(await board.clear("all"), 0);
  });

  test("whoever listens hears of every source", async () => {
    const heard = untilTask(
      { list: () => board.list({}), onChange: board.onChange },
      ({ id, state }) => id === download && state === "cancelled",
    );
    await queue.queue.cancel({ all: true });
    await heard;
    const running = untilTask(
      { list: () => board.list({}), onChange: board.onChange },
      ({ kind }) => kind === "verify",
    );
    await checks.verifier.verify(["long"]);
    await running;
  });
});
