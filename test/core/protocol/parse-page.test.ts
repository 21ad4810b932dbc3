import assert from "node:assert/strict";
import { pageWords } from "../../../src/core/present/page-words.ts";
import { queueHead } from "../../../src/core/present/queue-head.ts";
import { queueRow } from "../../../src/core/present/queue-row.ts";
import { pageCommands } from "../../../src/core/protocol/page.ts";
import { parseToHost, parseToPage } from "../../../src/core/protocol/parse-page.ts";
import { aDownload } from "../../support/samples.ts";

suite("what a page may say", () => {
  test("every intent passes, and comes out without what does not belong to it", () => {
    const intents = [
      { kind: "ready" },
      { kind: "pause", id: "a" },
      { kind: "resume", id: "a" },
      { kind: "cancel", id: "a" },
      { kind: "show", tab: "logs" },
      { kind: "watch", server: "default" },
      { kind: "open", id: "a", open: true },
      { kind: "place", id: "a", before: "b" },
      { kind: "place", id: "a", before: null },
      { kind: "limit", bytesPerSecond: 5_000_000 },
      { kind: "limit", bytesPerSecond: null },
      { kind: "clear", state: "failed" },
      { kind: "all", deed: "pause" },
      ...pageCommands.map((command) => ({ kind: "command", command })),
    ];
    for (const intent of intents) assert.deepEqual(parseToHost({ ...intent, extra: 1 }), intent);
  });

  test("anything else is refused", () => {
    const others = [
      undefined,
      null,
      "ready",
      [],
      {},
      { kind: "delete", id: "a" },
      { kind: "pause" },
      { kind: "pause", id: 1 },
      { kind: "show", tab: "secrets" },
      { kind: "watch" },
      { kind: "open", id: "a" },
      { kind: "place", id: "a" },
      { kind: "limit", bytesPerSecond: 0 },
      { kind: "limit", bytesPerSecond: "5" },
      { kind: "clear", state: "running" },
      { kind: "all", deed: "remove" },
      { kind: "command", command: "workbench.action.terminal.new" },
    ];
    for (const other of others) assert.equal(parseToHost(other), undefined, JSON.stringify(other));
  });
});

suite("what a page is told", () => {
  const state = { tab: "queue", servers: [{ server: "a", title: "A" }] };
  const row = queueRow(aDownload(), true);
  const head = queueHead([aDownload()], undefined, new Date(0));
  const update = { whole: true, head, order: ["d1"], rows: [row], moved: [["d1", 0.5, "1 B", ""]] };
  const logs = { kind: "logs", server: "a", first: 0, lines: ["x"], dropped: 0, whole: true };

  test("every message passes, also as it comes over the wire", () => {
    const messages = [
      { kind: "words", words: pageWords() },
      { kind: "state", state },
      { kind: "state", state: { ...state, watched: "a", notice: "Opening" } },
      { kind: "queue", update },
      logs,
    ];
    for (const message of messages) {
      const sent: unknown = JSON.parse(JSON.stringify(message));
      assert.deepEqual(parseToPage(sent), message);
    }
  });

  test("a message of another shape is passed over", () => {
    const others = [
      null,
      { kind: "state" },
      { kind: "state", state: { ...state, tab: "x" } },
      { kind: "queue", update: { ...update, rows: [{ ...row, state: "melted" }] } },
      { kind: "queue", update: { ...update, rows: [{ ...row, deeds: ["delete"] }] } },
      { kind: "queue", update: { ...update, rows: [{ ...row, files: [{ path: "a" }] }] } },
      { kind: "queue", update: { ...update, moved: [["d1", 0.5, "1 B"]] } },
      { kind: "queue", update: { ...update, head: { ...head, ended: {} } } },
      { kind: "state", state: { ...state, servers: [{ server: 1 }] } },
      { kind: "words", words: { ...pageWords(), deeds: {} } },
      { ...logs, lines: [1] },
      { ...logs, first: -1 },
      { ...logs, whole: undefined },
    ];
    for (const other of others) assert.equal(parseToPage(other), undefined, JSON.stringify(other));
  });
});
