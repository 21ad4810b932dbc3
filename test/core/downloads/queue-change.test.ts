import assert from "node:assert/strict";
import {
  array,
  assert as check,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  shuffledSubarray,
} from "fast-check";
import { createItem } from "../../../src/core/downloads/item.ts";
import { createQueueChanges, withChange } from "../../../src/core/downloads/queue-change.ts";
import { createShownItems } from "../../../src/core/downloads/shown-items.ts";
import type { DownloadPlan } from "../../../src/core/downloads/plan.ts";
import type { Download, QueueStatus } from "../../../src/core/protocol/downloads.ts";
import { aDownload } from "../../support/samples.ts";

const status = (rows: readonly Download[]): QueueStatus => ({
  counts: { queued: rows.length, running: 0, paused: 0, verifying: 0, done: 0, failed: 0, cancelled: 0 },
  bytesPerSecond: rows.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0),
  etaSeconds: null,
  limit: null,
  free: [{ location: "main", path: "/models", freeBytes: 1e12 }],
});

/** A queue of which rows are set, and one who follows it. */
function aQueue(first: readonly Download[]) {
  let rows = first;
  const changes = createQueueChanges({ rows: () => rows, status }, 5);
  return {
    changes,
    become: (next: readonly Download[]) => {
      rows = next;
      return changes.take();
    },
  };
}

suite("what of the queue is told", () => {
  const file = { path: "x.gguf", sizeBytes: 1000, doneBytes: 100, state: "running" } as const;
  const a = aDownload({ id: "a", bytesDone: 100, files: [file] });
  const b = aDownload({ id: "b", state: "queued" });

  test("figures are tuples, other changes rows, what came and went an order, and nothing is no news", () => {
    const queue = aQueue([a, b]);
    queue.become([a, b]);
    const still = queue.become([a, b]);
    assert.deepEqual([still.from, still.to, still.rows, still.moved, still.order], [6, 6, [], [], undefined]);
    const further = { ...a, bytesDone: 200, bytesPerSecond: 9, files: [{ ...file, doneBytes: 200, connections: 2 }] };
    const moved = queue.become([further, b]);
    assert.deepEqual([moved.rows, moved.moved], [[], [["a", 200, 9, a.etaSeconds, [[0, 200, 2]]]]]);
    const paused = queue.become([{ ...further, state: "paused" }, b]);
    assert.deepEqual([paused.rows.map(({ state }) => state), paused.moved, paused.order], [["paused"], [], undefined]);
    assert.deepEqual(queue.become([b]).order, ["b"]);
    assert.deepEqual(queue.changes.told, 9);
  });

  test("who missed something is not told the rest", () => {
    const queue = aQueue([a, b]);
    const change = queue.become([a]);
    assert.equal(withChange({ downloads: [a, b], told: change.from - 1 }, change), undefined);
    assert.deepEqual(withChange({ downloads: [a, b], told: change.from }, change), [a]);
    assert.equal(withChange({ downloads: [], told: change.to }, change), undefined);
  });

  test("whoever follows has what a list would say, and unchanged rows are the same objects", () => {
    const ids = ["a", "b", "c", "d", "e"];
    const deed = record({
      id: constantFrom(...ids),
      bytesDone: integer({ min: 0, max: 1000 }),
      state: constantFrom<Download["state"]>("running", "running", "paused", "failed"),
      connections: integer({ min: 0, max: 3 }),
    });
    check(
      property(
        array(record({ deeds: array(deed, { maxLength: 4 }), there: shuffledSubarray(ids) }), { maxLength: 8 }),
        (steps) => {
          const rows = new Map(ids.map((id) => [id, aDownload({ id })]));
          const queue = aQueue([...rows.values()]);
          let followed: { downloads: readonly Download[]; told: number } = { downloads: [...rows.values()], told: 5 };
          for (const { deeds, there } of steps) {
            for (const { id, bytesDone, state, connections } of deeds) {
              const files = [
                {
                  path: "x.gguf",
                  sizeBytes: 1000,
                  doneBytes: bytesDone,
                  state,
                  ...(connections > 0 && { connections }),
                },
              ];
              rows.set(id, { ...aDownload({ id }), state, bytesDone, files });
            }
            const now = there.flatMap((id) => rows.get(id) ?? []);
            const change = queue.become(now);
            const next = withChange(followed, change);
            assert.deepEqual(next, now);
            followed = { downloads: next ?? [], told: change.to };
          }
          assert.equal(withChange(followed, queue.changes.take()), followed.downloads);
        },
      ),
    );
  });

  test("whoever read the list at any moment has what it says in the end, also of what was another for that moment alone", () => {
    const ids = ["a", "b", "c"];
    const variants = (id: string): readonly Download[] =>
      (["running", "paused"] as const).flatMap((state) =>
        [0, 500].map((doneBytes) => {
          const files = [{ path: "x.gguf", sizeBytes: 1000, doneBytes, state }];
          return { ...aDownload({ id }), state, bytesDone: doneBytes, files };
        }),
      );
    const pool = new Map(ids.map((id) => [id, variants(id)]));
    const step = oneof(
      record({ kind: constant("read") }),
      record({ kind: constant("tell") }),
      record({ kind: constant("order"), there: shuffledSubarray(ids) }),
      record({
        kind: constant("become"),
        id: constantFrom(...ids),
        variant: integer({ min: 0, max: 3 }),
        isAnew: boolean(),
      }),
    );
    check(
      property(array(step, { maxLength: 14 }), (steps) => {
        let order: readonly string[] = ids;
        const now = new Map(ids.map((id) => [id, pool.get(id)?.[0] ?? assert.fail()]));
        const rows = (): readonly Download[] => order.flatMap((id) => now.get(id) ?? []);
        const changes = createQueueChanges({ rows, status }, 5);
        let readers: ReturnType<typeof changes.read>[] = [];
        const tell = (): void => {
          const change = changes.take();
          readers = readers.map((had) => {
            if (change.to <= had.told) return had;
            const downloads = withChange(had, change) ?? assert.fail("something is missing");
            return { downloads, queue: change.queue, told: change.to };
          });
        };
        for (const one of steps) {
          if (one.kind === "read") readers.push(changes.read());
          else if (one.kind === "tell") tell();
          else if (one.kind === "order") order = one.there;
          else {
            const row = pool.get(one.id)?.[one.variant] ?? assert.fail();
            now.set(one.id, one.isAnew ? { ...row } : row);
          }
        }
        tell();
        for (const { downloads, queue } of readers) assert.deepEqual([downloads, queue], [rows(), status(rows())]);
      }),
      { numRuns: 1000 },
    );
  });

  test("of 1,000 downloads with 8 that move, a telling is at most half a percent of the list", () => {
    const many = Array.from({ length: 1000 }, (_, at) => aDownload({ id: `id-${at}`, model: `acme/model-${at}` }));
    const queue = aQueue(many);
    const moved = queue.become(many.map((one, at) => (at < 8 ? { ...one, bytesDone: 321, bytesPerSecond: 12 } : one)));
    assert.equal(moved.moved.length, 8);
    assert.ok(JSON.stringify(moved).length <= 0.005 * JSON.stringify(many).length);
  });
});

suite("rows of downloads", () => {
  test("are the same object until something of them is another", () => {
    const plan: DownloadPlan = {
      version: 1,
      provider: "huggingface",
      repository: "owner/model",
      revision: "main",
      commit: "0",
      variant: "Q4_K_M",
      root: "/models",
      folder: "/models",
      madeFolders: [],
      force: false,
      tags: [],
      characteristics: [],
      files: [{ path: "a.gguf", target: "/models/a.gguf", sizeBytes: 1000, primary: true }],
    };
    const show = createShownItems();
    const item = createItem(plan, { id: "a", priority: 0, position: 1, addedAt: "2026-11-20", state: "queued" });
    const row = show(item, 1000);
    assert.equal(show(item, 2000), row);
    const [file] = item.files;
    assert.ok(file);
    for (const change of [
      () => (item.state = "running"),
      () => (file.state = "fetching"),
      () => (file.doneBytes = 10),
      () => (file.connections = 3),
      () => (file.provenShare = 0.5),
      () => (item.priority = 2),
      () => (item.state = "failed"),
      () => (item.reason = { code: "network", message: "gone", facts: {} }),
      () => (item.plan = { ...item.plan, variant: "Q2_K" }),
    ]) {
      const before = show(item, 3000);
      change();
      const after = show(item, 3000);
      assert.notDeepEqual(after, before);
      assert.equal(show(item, 3000), after);
    }
  });
});
