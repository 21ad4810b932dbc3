import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { allOperations } from "../../../src/core/maintenance/operations/all.ts";
import { type Workshop, entryRow, never, openWorkshop, undoIt } from "./workshop.ts";

suite("maintenance with its real operations, over a real disk", () => {
  let shop: Workshop;
  setup(async () => {
    shop = await openWorkshop({ operations: allOperations });
    await shop.entries("a", "b");
  });
  teardown(() => shop.remove());

  const state = async () => ({ rows: await shop.rows(), tree: await shop.tree() });
  const names = async () => (await shop.rows())["entries"]?.map((row) => row["name"]);

  /** Plans, applies, undoes; what it came to in between. */
  async function thereAndBack(operation: string, options: Readonly<Record<string, unknown>>) {
    const before = await state();
    const plan = await shop.maintenance.plan(operation, options, never);
    assert.ok(plan.totals.steps > 0, JSON.stringify(plan.keptBack));
    assert.deepEqual(await state(), before);
    const { historyId } = await shop.maintenance.apply(plan.planId, true, never);
    const after = await state();
    await undoIt(shop.maintenance, historyId);
    assert.deepEqual(await state(), before);
    return { plan, after };
  }

  test("remove takes entry and file away, and undo brings both back", async () => {
    const { plan, after } = await thereAndBack("remove", { names: ["a"], mode: "purge" });
    assert.equal(plan.totals.files, 1);
    assert.deepEqual(
      after.rows["entries"]?.map((row) => row["name"]),
      ["b"],
    );
    assert.equal(after.tree["models/owner/a/a.gguf"], undefined);
  });

  test("purge of deprecated ones, reset of discovered ones and tidying come back by undo", async () => {
    await shop.database.commit([
      { table: "entries", key: "discovered:old", after: { ...entryRow("old", null), deprecated: 1 } },
    ]);
    const purged = await thereAndBack("purgeDeprecated", {});
    assert.deepEqual(
      purged.plan.firstSteps.map(({ deed, what }) => `${deed} ${what}`),
      ["removeEntry old"],
    );
    const reset = await thereAndBack("resetDiscovered", { backend: "llama.cpp" });
    assert.deepEqual(reset.after.rows["entries"], []);
    await mkdir(path.join(shop.models, "empty/repo"), { recursive: true });
    const tidied = await thereAndBack("tidyFolders", { root: shop.models });
    assert.equal("models/empty/" in tidied.after.tree, false);
  });

  test("Ollama's entries come back out of the newest backup that holds some", async () => {
    const ollama = { ...entryRow("m-ollama", null), backend: "ollama", served_model_id: "m:latest" };
    await shop.database.commit([{ table: "entries", key: "discovered:m-ollama", after: ollama }]);
    await shop.maintenance.createBackup(undefined, never);
    await shop.database.commit([{ table: "entries", key: "discovered:m-ollama", after: null }]);
    await shop.maintenance.createBackup(undefined, never);
    const plan = await shop.maintenance.plan("restoreOllama", {}, never);
    await shop.maintenance.apply(plan.planId, true, never);
    assert.deepEqual(await names(), ["a", "b", "m-ollama"]);
  });
});
