import assert from "node:assert/strict";
import { isIdle, newsOf } from "../../../src/core/downloads/news.ts";
import { type Download, type DownloadState, downloadStates } from "../../../src/core/protocol/downloads.ts";

const list = (states: Readonly<Record<string, DownloadState>>): readonly Download[] =>
  Object.entries(states).map(([id, state]) => ({
    id,
    state,
    provider: "huggingface",
    model: "owner/model",
    revision: "0",
    variant: "Q4_K_M",
    priority: 0,
    files: [],
    bytesDone: 0,
    bytesTotal: 0,
    bytesPerSecond: 0,
    etaSeconds: null,
    location: "main",
    folder: "/models",
    addedAt: "",
  }));

/** What was told over a series of lists. */
function told(...lists: readonly Readonly<Record<string, DownloadState>>[]): string {
  const words: string[] = [];
  let run: ReadonlySet<string> = new Set();
  lists.reduce((before, after) => {
    const news = newsOf(list(before), list(after), run);
    run = news.run;
    for (const { id } of news.failed) words.push(`${id} failed`);
    if (news.allDone) words.push(`all done: ${news.allDone.done}, failed ${news.allDone.failed}`);
    return after;
  });
  return words.join("; ");
}

suite("what of the queue is news", () => {
  for (const [name, lists, answer] of [
    [
      "one of several that is done is none",
      [
        { a: "running", b: "queued" },
        { a: "done", b: "running" },
      ],
      "",
    ],
    [
      "the last one is, with all of its run",
      [
        { a: "running", b: "queued" },
        { a: "done", b: "running" },
        { a: "done", b: "done" },
      ],
      "all done: 2, failed 0",
    ],
    [
      "a failure is at once, and again at the end",
      [
        { a: "running", b: "queued" },
        { a: "failed", b: "running" },
        { a: "failed", b: "done" },
      ],
      "a failed; all done: 1, failed 1",
    ],
    ["nothing came: no end is told", [{ a: "running" }, { a: "failed" }], "a failed"],
    ["what a person cancelled is none", [{ a: "running" }, { a: "cancelled" }], ""],
    [
      "what is paused does not hold up the end",
      [
        { a: "running", b: "running" },
        { a: "done", b: "paused" },
      ],
      "all done: 1, failed 0",
    ],
    [
      "what lay there when the window opened is none",
      [
        { a: "failed", b: "done" },
        { a: "failed", b: "done" },
      ],
      "",
    ],
    ["one that was here already is the end of its run", [{}, { a: "queued" }, { a: "done" }], "all done: 1, failed 0"],
    [
      "a failure that is tried again and fails is told again",
      [{ a: "running" }, { a: "failed" }, { a: "queued" }, { a: "failed" }],
      "a failed; a failed",
    ],
  ] as const)
    test(name, () => assert.equal(told(...lists), answer));

  test("idle is when nothing runs or waits for its turn", () => {
    const none = Object.fromEntries(downloadStates.map((state) => [state, 0]));
    const counts = { queued: 0, running: 0, paused: 3, verifying: 0, done: 2, failed: 1, cancelled: 0, ...none };
    assert.equal(isIdle({ counts: { ...counts, paused: 3, done: 2 } }), true);
    assert.equal(isIdle({ counts: { ...counts, queued: 1 } }), false);
    assert.equal(isIdle({ counts: { ...counts, verifying: 1 } }), false);
  });
});
