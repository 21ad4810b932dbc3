import assert from "node:assert/strict";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { allOperations } from "../../../src/core/maintenance/operations/all.ts";
import { type ScanTasks, createScanTasks } from "../../../src/core/maintenance/scan-tasks.ts";
import type { Task } from "../../../src/core/protocol/tasks.ts";
import { createTaskBoard } from "../../../src/core/tasks/create-board.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { put, tinyModel } from "../../support/stores/model-files.ts";
import { type Workshop, never, openWorkshop } from "./workshop.ts";

suite("plans that read stores, as tasks", () => {
  let scans: ScanTasks;
  let shop: Workshop;
  setup(async () => {
    scans = createScanTasks({ clock: nodeClock, random: nodeRandom });
    shop = await openWorkshop({ operations: allOperations, scans });
    await put(`${shop.models}/acme/Tiny-GGUF/Tiny-Q4_K_M.gguf`, tinyModel("tiny"));
  });
  teardown(async () => {
    await shop.remove();
    scans.dispose();
  });
  const states = (): readonly Task["state"][] => scans.list().map(({ state }) => state);

  test("a plan that scans is a task while it is made, and none where it reads nothing", async () => {
    const seen = new Set<string>();
    scans.onChange(() => states().forEach((state) => seen.add(state)));
    await shop.maintenance.plan("purgeDeprecated", {}, never);
    assert.deepEqual(scans.list(), []);
    await shop.maintenance.plan("scan", {}, never);
    assert.deepEqual([...seen], ["running", "done"]);
    const [task] = scans.list();
    assert.equal(task?.kind, "scan");
    assert.equal(task?.title, "title of scan");
    assert.deepEqual(await scans.pause({ all: true }), []);
    assert.deepEqual(await scans.remove({ all: true }), [task?.id]);
    assert.deepEqual(scans.list(), []);
  });

  test("to cancel the task is to give the plan up; so is to give up the plan", async () => {
    const started = Promise.withResolvers<string>();
    const board = createTaskBoard([scans]);
    scans.onChange(() => {
      const running = scans.list().find(({ state }) => state === "running");
      if (running) started.resolve(running.id);
    });
    const plan = shop.maintenance.plan("scan", {}, never);
    const refused = assert.rejects(plan, { name: "AbortError" });
    const id = await started.promise;
    assert.deepEqual(await board.cancel({ ids: [id] }), [id]);
    await refused;
    const given = new AbortController();
    const other = scans.run("other", async (_tell, signal) => given.abort() ?? signal.throwIfAborted(), given.signal);
    await assert.rejects(other, { name: "AbortError" });
    assert.deepEqual(states(), ["cancelled", "cancelled"]);
    assert.deepEqual(shop.warnings, []);
  });

  test("what fails says why", async () => {
    const failing = async (): Promise<never> => {
      throw new Error("no");
    };
    await assert.rejects(scans.run("x", failing, never), /no/);
    assert.deepEqual(states(), ["failed"]);
  });

  test("progress is told, and what ended long ago is forgotten", async () => {
    for (let count = 0; count < 25; count += 1)
      await scans.run(String(count), async (tell) => tell({ done: 3, total: null, unit: "files" }), never);
    assert.equal(scans.list().length, 20);
    assert.deepEqual(scans.list().at(-1)?.progress, { done: 3, total: null, unit: "files" });
    assert.equal(scans.list().at(-1)?.title, "24");
  });

  test("a plan is stale once the store has changed, and then nothing is done", async () => {
    const plan = await shop.maintenance.plan("scan", {}, never);
    await put(`${shop.models}/acme/Other-GGUF/Other-Q4_K_M.gguf`, tinyModel("other"));
    await assert.rejects(shop.maintenance.apply(plan.planId, true, never), (error) => isFault(error, "stale"));
    assert.deepEqual((await shop.rows())["entries"], []);
  });

  test("a root that is not there is a row of the plan, and the others are read", async () => {
    const plan = await shop.maintenance.plan("scan", { base: `${shop.root}/nowhere` }, never);
    assert.deepEqual(
      plan.findings.map(({ kind, what }) => [kind, what]),
      [["unreadable", `${shop.root}/nowhere`]],
    );
  });
});
