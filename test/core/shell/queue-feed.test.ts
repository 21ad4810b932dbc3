import assert from "node:assert/strict";
import { queueHead } from "../../../src/core/present/queue-head.ts";
import { queueRow } from "../../../src/core/present/queue-row.ts";
import type { Download } from "../../../src/core/protocol/downloads.ts";
import type { QueueHead, QueueRow } from "../../../src/core/protocol/page.ts";
import { createQueueFeed } from "../../../src/extension/queue-feed.ts";
import { aDownload } from "../../support/samples.ts";

const rowsOf = (downloads: readonly Download[]): readonly QueueRow[] => downloads.map((one) => queueRow(one));
const headOf = (downloads: readonly Download[]): QueueHead => queueHead(downloads, undefined, new Date());

suite("the queue on its way to the page", () => {
  const a = aDownload({ id: "a", bytesDone: 100 });
  const b = aDownload({ id: "b", state: "queued" });

  test("is whole at first, and nothing where nothing changed", () => {
    const feed = createQueueFeed();
    assert.deepEqual(feed.whole(rowsOf([a, b]), headOf([a, b])).order, ["a", "b"]);
    assert.equal(feed.changes(rowsOf([a, b]), headOf([a, b])), undefined);
  });

  test("figures that moved are a tuple; everything else is the row", () => {
    const feed = createQueueFeed();
    const head = headOf([a, b]);
    feed.whole(rowsOf([a, b]), head);
    const moved = feed.changes(rowsOf([{ ...a, bytesDone: 200 }, b]), head);
    assert.deepEqual(moved, { whole: false, head, rows: [], moved: [["a", 0.2, "200 B of 1.0 kB", "connecting"]] });
    const changed = feed.changes(rowsOf([{ ...a, bytesDone: 200, state: "paused" }, b]), head);
    assert.deepEqual(
      changed?.rows.map(({ id, state }) => [id, state]),
      [["a", "paused"]],
    );
  });

  test("another order is told, and what went is forgotten", () => {
    const feed = createQueueFeed();
    const head = headOf([a, b]);
    feed.whole(rowsOf([a, b]), head);
    assert.deepEqual(feed.changes(rowsOf([b, a]), head)?.order, ["b", "a"]);
    assert.deepEqual(feed.changes(rowsOf([a]), head)?.order, ["a"]);
    assert.deepEqual(
      feed.changes(rowsOf([a, b]), head)?.rows.map(({ id }) => id),
      ["b"],
    );
  });

  test("of 1,000 downloads with 8 that move, a message is at most half a percent of all", () => {
    const many = Array.from({ length: 1000 }, (_, at) =>
      aDownload({ id: `id-${at}`, state: at < 8 ? "running" : "queued", model: `acme/model-number-${at}` }),
    );
    const feed = createQueueFeed();
    const whole = feed.whole(rowsOf(many), headOf(many));
    const moved = many.map((one, at) => (at < 8 ? { ...one, bytesDone: 321, bytesPerSecond: 12 } : one));
    const update = feed.changes(rowsOf(moved), headOf(moved));
    assert.equal(update?.moved.length, 8);
    assert.ok(JSON.stringify(update).length <= 0.005 * JSON.stringify(whole).length);
  });
});
