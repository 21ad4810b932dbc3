import assert from "node:assert/strict";
import { type Workshop, doIt, never, openWorkshop, redoIt, undoIt } from "./workshop.ts";

/** More rows than a commit tells one by one, and than go to the registry in one message. */
const MANY = 3000;

suite("maintenance of thousands of rows", () => {
  let shop: Workshop;
  const names = Array.from({ length: MANY }, (_, index) => `many-${index}`);
  setup(async () => {
    shop = await openWorkshop();
    await shop.entries("a");
  });
  teardown(() => shop.remove());

  test("undo brings back the same rows, redo puts them again", async function () {
    this.timeout(180_000);
    const before = await shop.rows();
    const { historyId } = await doIt(shop.maintenance, { add: names, purge: ["a"] });
    const after = await shop.rows();
    assert.equal(after["entries"]?.length, MANY);
    await undoIt(shop.maintenance, historyId);
    assert.deepEqual(await shop.rows(), before);
    await redoIt(shop.maintenance, historyId);
    assert.deepEqual(await shop.rows(), after);
  });

  test("a change to one of them, made first, refuses all, and nothing is changed", async function () {
    this.timeout(180_000);
    const plan = await shop.maintenance.planUndo((await doIt(shop.maintenance, { add: names })).historyId, never);
    const [row] = await shop.database.query("SELECT * FROM entries WHERE name = ?", ["many-1777"]);
    const edit = { table: "entries", key: "discovered:many-1777", after: { ...row, notes: "mine" } };
    await shop.database.commit([edit]);
    const before = await shop.rows();
    await assert.rejects(shop.maintenance.apply(plan.planId, true, never), { code: "stale", message: /many-1777/ });
    assert.deepEqual(await shop.rows(), before);
  });

  test("what was done before steps were kept as they are now is not undone, and says why", async () => {
    const { historyId } = await doIt(shop.maintenance, { deprecate: ["a"] });
    const [row] = await shop.database.query("SELECT * FROM history WHERE id = ?", [historyId]);
    const older = { ...row, after_digest: "0".repeat(64) };
    await shop.database.commit([{ table: "history", key: historyId, after: older }]);
    assert.match((await shop.maintenance.history(undefined))[0]?.blocked ?? "", /before an update/);
    await assert.rejects(shop.maintenance.planUndo(historyId, never), { code: "stale", message: /before an update/ });
  });
});
