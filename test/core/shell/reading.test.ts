import assert from "node:assert/strict";
import type { Download, QueueChange, QueueStatus } from "../../../src/core/protocol/downloads.ts";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createReading } from "../../../src/extension/reading.ts";
import { aDownload } from "../../support/samples.ts";

const queue: QueueStatus = {
  counts: { queued: 0, running: 1, paused: 0, verifying: 0, done: 0, failed: 0, cancelled: 0 },
  bytesPerSecond: 0,
  etaSeconds: null,
  limit: null,
  free: [],
};

/** A deck that lists downloads, and how often it was asked. */
function aDeck(downloads: readonly Download[]) {
  const events = createEmitter<DeckEvent>();
  const states = createEmitter<void>();
  const deck = { asked: 0, told: 1, downloads };
  const ask = createAsk(async () => {
    deck.asked += 1;
    return { downloads: deck.downloads, queue, told: deck.told };
  });
  const parts = {
    link: { state: { kind: "open" } as const, onState: states.event, onEvent: events.event },
    ask,
    onError: (error: unknown) => assert.fail(String(error)),
  };
  const change = (more: Partial<QueueChange>): QueueChange => ({ from: 1, to: 2, rows: [], moved: [], queue, ...more });
  return { deck, parts, events, change };
}

suite("what views read of the deck", () => {
  const a = aDownload({ id: "a" });
  const b = aDownload({ id: "b" });

  test("downloads are asked for once, and then follow what is told; where something was missed they are asked for", async () => {
    const { deck, parts, events, change } = aDeck([a, b]);
    const reading = createReading(parts, "downloads.list", ["progress"], {
      downloads: [],
    });
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        const heard = reading.onChange(() => {
          heard.dispose();
          resolve();
        });
      });
    await next();
    events.fire({ kind: "progress", change: change({ moved: [["a", 5, 1, 9, []]] }) });
    assert.deepEqual(reading.value.downloads, [{ ...a, bytesDone: 5, bytesPerSecond: 1, etaSeconds: 9 }, b]);
    assert.equal(reading.value.downloads[1], b);
    assert.deepEqual([reading.value.told, deck.asked], [2, 1]);

    // Older than what is known.
    events.fire({ kind: "progress", change: change({ rows: [aDownload({ id: "a", state: "failed" })] }) });
    assert.equal(reading.value.downloads[0]?.state, "running");

    deck.downloads = [b];
    deck.told = 9;
    events.fire({ kind: "progress", change: change({ from: 8, to: 9, order: ["b"] }) });
    await next();
    assert.deepEqual([reading.value.downloads, deck.asked], [[b], 2]);

    // Told by one who does not say what.
    events.fire({ kind: "progress" });
    await next();
    assert.equal(deck.asked, 3);
    reading.dispose();
  });
});
