import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Workshop, doIt, entryRow, never, openWorkshop, redoIt, undoIt } from "./workshop.ts";

suite("maintenance: undo and redo", () => {
  let shop: Workshop;
  let file: string;
  setup(async () => {
    shop = await openWorkshop();
    await shop.entries("a", "b");
    file = path.join(shop.models, "owner/a/a.gguf");
  });
  teardown(() => shop.remove());

  const purge = { purge: ["a"], trash: ["owner/a/a.gguf"], removeFolders: ["owner/a"] };
  const state = async () => ({ rows: await shop.rows(), tree: await shop.tree() });

  test("undo brings back the same rows and files, redo takes them away again, and so on", async () => {
    const before = await state();
    const { historyId } = await doIt(shop.maintenance, purge);
    const after = await state();
    const names = (tree: Readonly<Record<string, string>>) =>
      Object.keys(tree).filter((name) => !name.startsWith(".modeldeck-trash"));
    for (let round = 0; round < 2; round += 1) {
      await undoIt(shop.maintenance, historyId);
      assert.deepEqual(await state(), before);
      assert.deepEqual(await shop.maintenance.trash(), []);
      await redoIt(shop.maintenance, historyId);
      assert.deepEqual(await shop.rows(), after.rows);
      assert.deepEqual(names(await shop.tree()), names(after.tree));
      assert.equal((await shop.maintenance.trash()).length, 1);
    }
    const history = await shop.maintenance.history(undefined);
    assert.deepEqual(history.map(({ operation, state }) => `${operation} ${state}`).toSorted(), [
      "redo done",
      "redo undone",
      "remove done",
      "undo undone",
      "undo undone",
    ]);
  });

  test("the undo of an undo is a redo, and what was superseded says so", async () => {
    const { historyId } = await doIt(shop.maintenance, purge);
    const undone = await undoIt(shop.maintenance, historyId);
    const again = await shop.maintenance.planUndo(undone.historyId, never);
    assert.equal(again.operation, "redo");
    assert.equal(again.command, `modeldeck history.redo --id ${historyId}`);
    await shop.maintenance.apply(again.planId, true, never);
    await assert.rejects(shop.maintenance.planUndo(undone.historyId, never), { code: "stale" });
    await assert.rejects(shop.maintenance.planRedo(historyId, never), /is not undone/);
    const rows = await shop.maintenance.history("a");
    const of = (id: string) => rows.find((one) => one.id === id);
    assert.equal(of(historyId)?.blocked, undefined);
    assert.match(of(undone.historyId)?.blocked ?? "", /since/);
    await undoIt(shop.maintenance, historyId);
    await assert.rejects(shop.maintenance.planUndo(historyId, never), /undone already/);
  });

  const refusals: Readonly<Record<string, { change: () => Promise<unknown>; says: RegExp }>> = {
    "something lies where the file was": {
      change: async () => {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, "new");
      },
      says: /stale.*owner\/a/,
    },
    "a row came back by another way": {
      change: () => shop.database.commit([{ table: "entries", key: "discovered:a", after: entryRow("a", null) }]),
      says: /stale.*"what":"a".*done with it later; undo that first/,
    },
    "the trash was emptied": {
      change: () => shop.maintenance.emptyTrash(undefined, never),
      says: /a\.gguf.*not in the trash any more/,
    },
    "somebody took the file out of the trash": {
      change: () => rm(path.join(shop.root, ".modeldeck-trash"), { recursive: true }),
      says: /stale.*modeldeck-trash/,
    },
  };
  for (const [name, { change, says }] of Object.entries(refusals))
    test(`undo is refused where ${name}, and nothing is changed`, async () => {
      const { historyId } = await doIt(shop.maintenance, purge);
      await change();
      const before = await state();
      await assert.rejects(shop.maintenance.planUndo(historyId, never), says);
      assert.deepEqual(await state(), before);
    });

  test("undo is refused where something changed between its preview and its application", async () => {
    const { historyId } = await doIt(shop.maintenance, { ...purge, removeFolders: [] });
    const { planId } = await shop.maintenance.planUndo(historyId, never);
    await writeFile(file, "new");
    const before = await state();
    await assert.rejects(shop.maintenance.apply(planId, true, never), { code: "stale" });
    assert.deepEqual(await state(), before);
  });

  test("a change to something else is no reason against an undo", async () => {
    const { historyId } = await doIt(shop.maintenance, purge);
    await shop.entries("c");
    await doIt(shop.maintenance, { deprecate: ["b"] });
    await undoIt(shop.maintenance, historyId);
    const names = (await shop.rows())["entries"]?.map((row) => `${row["name"]} ${row["deprecated"]}`);
    assert.deepEqual(names, ["a 0", "b 1", "c 0"]);
  });

  test("a folder that was tidied away meanwhile is made again, and the preview says so", async () => {
    const { historyId } = await doIt(shop.maintenance, { ...purge, removeFolders: [] });
    await rm(path.join(shop.models, "owner/a"), { recursive: true });
    const plan = await shop.maintenance.planUndo(historyId, never);
    assert.deepEqual(plan.firstSteps.map(({ deed }) => deed).slice(0, 2), ["makeFolder", "restore"]);
    await shop.maintenance.apply(plan.planId, true, never);
    assert.ok((await shop.tree())["models/owner/a/a.gguf"]);
  });

  test("undo across a migration is refused in words", async () => {
    const { historyId } = await doIt(shop.maintenance, purge);
    await shop.close();
    const later = await openWorkshop({ root: shop.root, generation: 2, schema: shop.parts.schema + 1 });
    await assert.rejects(later.maintenance.planUndo(historyId, never), /before an update of Model Deck/);
    assert.match((await later.maintenance.history(undefined))[0]?.blocked ?? "", /update/);
    await later.close();
  });

  test("the history of an entry is what touched it", async () => {
    await doIt(shop.maintenance, { deprecate: ["b"] });
    const { historyId } = await doIt(shop.maintenance, purge);
    assert.deepEqual(
      (await shop.maintenance.history("a")).map(({ id }) => id),
      [historyId],
    );
    assert.equal((await shop.maintenance.history(undefined)).length, 2);
    await assert.rejects(shop.maintenance.planUndo("none", never), { code: "notFound" });
  });
});
