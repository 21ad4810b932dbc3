import assert from "node:assert/strict";
import { arrivingRow, isOnItsWay } from "../../../src/core/present/arriving-row.ts";
import { downloadStates } from "../../../src/core/protocol/downloads.ts";
import { aDownload } from "../../support/samples.ts";

suite("rows of models on their way", () => {
  test("say how far, how fast and how long still", () => {
    const row = arrivingRow(aDownload({ bytesDone: 430, bytesPerSecond: 12_000_000, etaSeconds: 180 }));
    assert.equal(row.label, "tiny Q4_K_M");
    assert.equal(row.description, "43 % · 12 MB/s · 3 min left");
    assert.equal(row.context, "download running pause cancel");
  });

  test("say in a word what stands still, and why", () => {
    assert.equal(arrivingRow(aDownload({ state: "paused", bytesDone: 430 })).description, "paused · 43 %");
    const reason = { code: "diskFull", message: "The disk is full.", remedy: "Free some space.", facts: {} };
    const failed = arrivingRow(aDownload({ state: "failed", reason }));
    assert.equal(failed.description, "failed: The disk is full.");
    assert.match(failed.tooltip, /Free some space\./);
    assert.ok(failed.failed);
    assert.match(failed.context, /\bretry\b/);
  });

  test("are there as long as something may still come", () => {
    const there = downloadStates.filter((state) => isOnItsWay({ state }));
    assert.deepEqual(there, ["queued", "running", "paused", "verifying", "failed"]);
    for (const state of downloadStates) assert.notEqual(arrivingRow(aDownload({ state })).description, "");
  });
});
