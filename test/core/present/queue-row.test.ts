import assert from "node:assert/strict";
import { deedsOf, percentWords, queueRow, queueSummary } from "../../../src/core/present/queue-row.ts";
import { troubleActions } from "../../../src/core/present/trouble-actions.ts";
import { tokenWantedFor } from "../../../src/core/present/token-wanted.ts";
import { downloadStates } from "../../../src/core/protocol/downloads.ts";
import { aDownload } from "../../support/samples.ts";

suite("queue rows", () => {
  test("what waits for the schedule can be started now", () => {
    const reason = { code: "scheduled", message: "It waits for 22:00.", facts: {} };
    assert.deepEqual(queueRow(aDownload({ state: "queued", reason })).deeds, ["resume", "pause", "cancel"]);
    assert.deepEqual(queueRow(aDownload({ state: "queued" })).deeds, ["pause", "cancel"]);
  });

  test("a download that runs says how far it is, how fast and how long still", () => {
    const row = queueRow(
      aDownload({ bytesDone: 1_200_000_000, bytesTotal: 4_900_000_000, bytesPerSecond: 12_000_000, etaSeconds: 308 }),
    );
    assert.equal(row.amount, "1.2 GB of 4.9 GB");
    assert.equal(row.pace, "12 MB/s · 5 min 8 s left");
    assert.equal(row.stateWords, "downloading");
    assert.ok(row.fraction !== null && Math.abs(row.fraction - 0.245) < 0.001);
  });

  test("a size nobody knows gives no fraction", () => {
    assert.equal(queueRow(aDownload({ bytesDone: 5, bytesTotal: 0 })).fraction, null);
  });

  test("nothing moving yet is called connecting, and an unknown end is left out", () => {
    assert.equal(queueRow(aDownload({ bytesPerSecond: 0 })).pace, "connecting");
    assert.equal(queueRow(aDownload({ bytesPerSecond: 2000, etaSeconds: null })).pace, "2.0 kB/s");
  });

  test("what runs can be paused, what failed can be tried again, what ended can be removed", () => {
    const deeds = Object.fromEntries(downloadStates.map((state) => [state, deedsOf(state).join()]));
    assert.deepEqual(deeds, {
      queued: "pause,cancel",
      running: "pause,cancel",
      verifying: "pause,cancel",
      paused: "resume,cancel",
      failed: "retry,cancel",
      done: "reveal,remove",
      cancelled: "retry,remove",
    });
  });

  test("what failed for want of a token offers to set one, beside trying again", () => {
    const failed = (code: string, facts: object) =>
      queueRow(aDownload({ state: "failed", reason: { code, message: "It wants a token.", facts: { ...facts } } }))
        .deeds;
    const wanted = ["setToken", "retry", "cancel"];
    assert.deepEqual(failed("unauthorized", { provider: "civitai" }), wanted);
    assert.deepEqual(failed("gated", { page: "https://hub.invalid/a/b", tokenGiven: false }), wanted);
    assert.deepEqual(failed("gated", { page: "https://hub.invalid/a/b", tokenGiven: true }), ["retry", "cancel"]);
    const trouble = (code: string, facts: object) => ({ code, message: "", facts: { ...facts } });
    assert.equal(tokenWantedFor(trouble("unauthorized", { provider: "civitai" })), "civitai");
    assert.equal(tokenWantedFor(trouble("unauthorized", {})), "huggingface");
    assert.equal(tokenWantedFor(undefined), undefined);
    const page = "https://hub.invalid/a/b";
    for (const one of [
      trouble("unauthorized", { provider: "civitai" }),
      trouble("gated", { page, tokenGiven: false }),
      trouble("gated", { page }),
      trouble("diskFull", {}),
    ])
      assert.deepEqual(
        troubleActions(one).flatMap(({ do: action }) => (action.kind === "setToken" ? [action.provider] : [])),
        [tokenWantedFor(one)].filter((provider) => provider !== undefined),
      );
  });

  test("a failure stands with its remedy", () => {
    const reason = { code: "diskFull", message: "The disk is full.", remedy: "Free some space.", facts: {} };
    assert.equal(queueRow(aDownload({ state: "failed", reason })).reason, "The disk is full. Free some space.");
    const open = { ...reason, message: "hub cannot be reached: it hung up", remedy: "Try again." };
    assert.equal(
      queueRow(aDownload({ state: "failed", reason: open })).reason,
      "hub cannot be reached: it hung up. Try again.",
    );
  });

  test("the summary adds up what moves, and names what waits and what failed", () => {
    const summary = queueSummary([
      aDownload({ id: "a", bytesDone: 50, bytesTotal: 100, bytesPerSecond: 3_000_000 }),
      aDownload({ id: "b", bytesDone: 0, bytesTotal: 100, bytesPerSecond: 2_000_000 }),
      aDownload({ id: "c", state: "queued" }),
      aDownload({ id: "d", state: "failed" }),
      aDownload({ id: "e", state: "done" }),
    ]);
    assert.equal(summary, "2 downloads · 25 % · 5.0 MB/s · 1 waiting · 1 failed");
    assert.equal(queueSummary([aDownload({ state: "done" })]), "");
  });

  test("100 % is said of the whole alone", () => {
    assert.deepEqual([0, 0.29, 0.999, 1, 1.2, -1].map(percentWords), ["0 %", "29 %", "99 %", "100 %", "100 %", "0 %"]);
  });
});
