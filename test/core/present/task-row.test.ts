import assert from "node:assert/strict";
import {
  canFix,
  isSound,
  reportDocument,
  reportWords,
  scanWords,
  taskDeeds,
  taskRow,
  verifyReport,
  verifySummary,
} from "../../../src/core/present/task-row.ts";
import { type FileVerdict, type VerifyReport, taskStates } from "../../../src/core/protocol/tasks.ts";
import { aTask } from "../../support/plan-samples.ts";

const report = (...verdicts: readonly FileVerdict["verdict"][]): VerifyReport => {
  const counts = { ok: 0, missing: 0, changed: 0, unknown: 0, offline: 0, unreadable: 0 };
  for (const verdict of verdicts) counts[verdict] += 1;
  const files = verdicts.map((verdict, at) => ({ entry: "tiny", path: `/m/${at}.gguf`, verdict }));
  return { files, counts, bytes: 5000 };
};

suite("tasks in words", () => {
  test("a check that runs is called running, not downloading, with how far it is", () => {
    const row = taskRow(aTask({ progress: { done: 500, total: 1000, unit: "bytes" } }));
    assert.equal(row.description, "verify · running · 500 B of 1.0 kB");
    assert.match(taskRow(aTask({ kind: "download" })).description, /^download · downloading/);
  });

  test("the line over all scans tells what they count, once they tell anything", () => {
    const scan = (done: number, total: number | null, unit: "files" | "bytes" = "files") =>
      aTask({ kind: "scan", progress: { done, total, unit } });
    assert.equal(scanWords([scan(12_000, null)]), "12,000 files");
    assert.equal(scanWords([scan(2e9, 4e9, "bytes"), scan(3, 10)]), "2.0 GB of 4.0 GB · 3 files of 10");
    assert.equal(scanWords([scan(0, null), aTask(), aTask({ kind: "scan", state: "done" })]), "");
  });

  test("the line over all checks counts their bytes together", () => {
    const one = aTask({ progress: { done: 100, total: 200, unit: "bytes" } });
    assert.equal(
      verifySummary([one, aTask({ progress: { done: 0, total: 200, unit: "bytes" } })]),
      "Verifying files · 25 %",
    );
    assert.equal(verifySummary([aTask({ state: "done" }), aTask({ kind: "download" })]), "");
  });

  test("what runs can be paused, what failed be tried again, what is done only leave the list", () => {
    const deeds = Object.fromEntries(taskStates.map((state) => [state, taskDeeds({ kind: "verify", state }).join()]));
    assert.deepEqual(deeds, {
      queued: "pause,cancel",
      running: "pause,cancel",
      verifying: "pause,cancel",
      paused: "resume,cancel",
      failed: "retry,remove",
      cancelled: "retry,remove",
      done: "remove",
    });
  });

  test("a plan under way can be given up, and no more", () => {
    assert.deepEqual(taskDeeds({ kind: "scan", state: "running" }), ["cancel"]);
    assert.deepEqual(taskDeeds({ kind: "scan", state: "cancelled" }), ["remove"]);
  });
});

suite("a check's report", () => {
  test("counts what wants attention first", () => {
    assert.equal(reportWords(report("ok", "ok", "missing")), "3 files checked: 1 missing, 2 ok");
    assert.equal(reportWords(report()), "0 files checked");
  });

  test("counts files that it does not list, too", () => {
    const found = { ...report("missing"), counts: { ...report("missing").counts, ok: 900 } };
    assert.equal(reportWords(found), "901 files checked: 1 missing, 900 ok");
    assert.match(reportDocument(aTask(), found), /^… and 900 more$/m);
    assert.equal(isSound(found), false);
    assert.equal(isSound(report("ok")), true);
  });

  test("tells drift from a lock", () => {
    const found = report("changed");
    const files = found.files.map((file) => ({ ...file, expected: "aa", actual: "bb", drift: true as const }));
    assert.match(reportDocument(aTask(), { ...found, files }), /^- not what the entry is locked to .*aa, found bb$/m);
  });

  test("can be fixed where something is missing or changed, and not for a drive that is away", () => {
    assert.equal(canFix(report("missing")), true);
    assert.equal(canFix(report("changed", "ok")), true);
    assert.equal(canFix(report("offline", "unknown", "ok")), false);
  });

  test("its page has one line per file, bad ones first", () => {
    const found = report("ok", "missing", "changed");
    const page = reportDocument(aTask({ state: "done", report: found }), found).split("\n");
    const at = (part: string): number => page.findIndex((line) => line.includes(part));
    assert.ok(at("/m/2.gguf") < at("/m/1.gguf") && at("/m/1.gguf") < at("/m/0.gguf"));
    assert.match(page[at("/m/1.gguf")] ?? "", /^- missing/);
    assert.match(page[at("/m/0.gguf")] ?? "", /^\+ ok/);
  });

  test("what is no report is none", () => {
    assert.equal(verifyReport(aTask({ state: "done", report: { nonsense: true } })), undefined);
    assert.equal(verifyReport(aTask({ kind: "scan", report: report("ok") })), undefined);
    assert.ok(verifyReport(aTask({ report: report("ok") })));
  });
});
