import assert from "node:assert/strict";
import { entryDocument } from "../../../src/core/present/documents.ts";
import { backupRow, historyRow, recentChanges, trashRow, trashWords } from "../../../src/core/present/history-row.ts";
import { timeWords } from "../../../src/core/present/time.ts";
import { aHistoryRow } from "../../support/plan-samples.ts";
import { anEntryWithDetails } from "../../support/samples.ts";

const at = "2026-01-02T03:04:05Z";

suite("rows of the past", () => {
  test("say when, what, and how much", () => {
    const row = historyRow(aHistoryRow());
    assert.equal(row.label, "Prune duplicates");
    assert.equal(row.description, `${timeWords(at)} · 2 entries removed`);
    assert.match(timeWords(at), /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  });

  test("name the operation below the title, unless the title begins with it", () => {
    assert.equal(historyRow(aHistoryRow()).tooltip, `**Prune duplicates**\n\n${timeWords(at)}\n\n2 entries removed`);
    const { tooltip } = historyRow(aHistoryRow({ operation: "fixMissing", title: "Three gone" }));
    assert.match(tooltip, /^\*\*Three gone\*\*\n\nFix Missing Files · /);
  });

  test("say what was undone, and why one cannot be", () => {
    assert.match(historyRow(aHistoryRow({ state: "undone" })).description, / · undone$/);
    const blocked = historyRow(aHistoryRow({ blocked: "a file [x](command:y) was changed since" }));
    assert.match(blocked.description, / · cannot be undone$/);
    assert.match(blocked.tooltip, /cannot be undone: a file .* was changed since/);
    assert.ok(!blocked.tooltip.includes("](command:y)"));
    assert.match(historyRow(aHistoryRow({ state: "undone", blocked: "x" })).description, / · cannot be redone$/);
  });

  test("a backup says what it was made before, and whether it can be restored", () => {
    const backup = { id: "b", at, sizeBytes: 4000, entries: 3 };
    assert.equal(backupRow(backup).description, "made by hand · 3 entries · 4.0 kB");
    assert.match(backupRow({ ...backup, before: "Prune duplicates" }).description, /^before Prune duplicates/);
    assert.match(backupRow({ ...backup, blocked: "of a newer version" }).tooltip, /of a newer version/);
  });

  test("the trash counts files and bytes", () => {
    const file = { id: "t", at, path: "/m/a.gguf", bytes: 2e9 };
    assert.equal(trashWords([file, file]), "2 · 4.0 GB");
    assert.equal(trashRow(file).label, "a.gguf");
  });

  test("a model's page tells its last changes, ten at most, and none where there are none", () => {
    const details = anEntryWithDetails();
    const page = entryDocument(details, [aHistoryRow({ title: "Edit Tiny" })]);
    assert.ok(page.includes(`## Recent changes\n\n| When | What | State |`));
    assert.match(page, /\| Edit Tiny \| done \|/);
    assert.ok(!entryDocument(details).includes("Recent changes"));
    const many = recentChanges(Array.from({ length: 30 }, (_, at) => aHistoryRow({ id: String(at) })));
    assert.equal(many.split("\n").length, 12);
  });
});
