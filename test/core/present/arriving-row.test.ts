import assert from "node:assert/strict";
import { arrivingRow, isOnItsWay } from "../../../src/core/present/arriving-row.ts";
import { type DownloadState, downloadStates } from "../../../src/core/protocol/downloads.ts";
import { aDownload } from "../../support/samples.ts";

suite("rows of models on their way", () => {
  test("say how far, how fast and how long still", () => {
    const row = arrivingRow(aDownload({ bytesDone: 430, bytesPerSecond: 12_000_000, etaSeconds: 180 }));
    assert.equal(row.label, "43 % tiny Q4_K_M");
    assert.equal(row.description, "12 MB/s · 3 min left");
    assert.equal(row.context, "download running pause cancel");
  });

  test("say in a word what stands still, and why", () => {
    const paused = arrivingRow(aDownload({ state: "paused", bytesDone: 430 }));
    assert.deepEqual([paused.label, paused.description], ["43 % tiny Q4_K_M", "paused"]);
    const reason = { code: "diskFull", message: "The disk is full.", remedy: "Free some space.", facts: {} };
    const failed = arrivingRow(aDownload({ state: "failed", reason }));
    assert.equal(failed.description, "failed: The disk is full.");
    assert.match(failed.tooltip, /Free some space\./);
    assert.ok(failed.failed);
    const wrong = { code: "hashMismatch", message: "/models/a/x.gguf is not …", facts: { path: "/models/a/x.gguf" } };
    assert.equal(
      arrivingRow(aDownload({ state: "failed", reason: wrong })).description,
      "failed: x.gguf is not what its source promised.",
    );
    assert.match(failed.context, /\bretry\b/);
  });

  test("say how far first, where a narrow side bar does not hide it, and only where it says something", () => {
    const label = (state: DownloadState, bytesDone: number): string =>
      arrivingRow(aDownload({ state, bytesDone })).label;
    assert.equal(label("verifying", 430), "43 % tiny Q4_K_M");
    assert.equal(label("verifying", 1000), "tiny Q4_K_M");
    assert.equal(label("queued", 0), "tiny Q4_K_M");
    assert.equal(label("queued", 430), "43 % tiny Q4_K_M");
    assert.equal(label("failed", 430), "tiny Q4_K_M");
  });

  test("are there as long as something may still come", () => {
    const there = downloadStates.filter((state) => isOnItsWay({ state }));
    assert.deepEqual(there, ["queued", "running", "paused", "verifying", "failed"]);
    for (const state of downloadStates) assert.notEqual(arrivingRow(aDownload({ state })).description, "");
  });
});
