import assert from "node:assert/strict";
import { createDeckCalls } from "../../../src/core/adapters/deck-calls.ts";
import type { ToDeckThread } from "../../../src/core/adapters/deck-messages.ts";

function desk() {
  const sent: ToDeckThread[] = [];
  const closing = new AbortController();
  const calls = createDeckCalls((message) => void sent.push(structuredClone(message)), closing.signal);
  return { sent, closing, calls };
}
const list = { kind: "run", verb: "models.list", args: {} } as const;

suite("questions to the thread of the deck", () => {
  test("each gets the answer to its own number, in whatever order answers come", async () => {
    const { sent, calls } = desk();
    const [first, second] = [calls.ask(list, undefined), calls.ask(list, undefined)];
    const [one, two] = sent.map((message) => ("id" in message ? message.id : 0));
    calls.hear(two ?? 0, { kind: "done", value: "second" });
    calls.hear(one ?? 0, { kind: "done", value: "first" });
    assert.deepEqual(await Promise.all([first, second]), [
      { kind: "done", value: "first" },
      { kind: "done", value: "second" },
    ]);
  });

  test("a signal is told across, and the answer waited for all the same", async () => {
    const { sent, calls } = desk();
    const stop = new AbortController();
    const answer = calls.ask(list, stop.signal);
    stop.abort(new Error("enough"));
    assert.deepEqual(sent.at(-1), { kind: "cancel", id: 1 });
    calls.hear(1, { kind: "cancelled" });
    await assert.rejects(answer, /enough/);

    const done = calls.ask(list, AbortSignal.abort(new Error("before"))).catch((error: Error) => error.message);
    assert.equal(await done, "before");
    assert.equal(sent.length, 2);
  });

  test("a fault comes as a fault, with the words it had", async () => {
    const { calls } = desk();
    const answer = calls.ask(list, undefined);
    calls.hear(1, { kind: "fault", fault: { code: "notFound", what: "entry", name: "x" }, message: "No x here." });
    await assert.rejects(answer, { code: "notFound", message: "No x here." });
  });

  test("what cannot cross goes as what JSON tells of it", async () => {
    const { sent, calls } = desk();
    const args = { name: "x", onDone: () => undefined };
    const answer = calls.ask({ kind: "run", verb: "models.show", args }, undefined);
    assert.deepEqual(sent, [{ kind: "call", id: 1, call: { kind: "run", verb: "models.show", args: { name: "x" } } }]);
    calls.hear(1, { kind: "done" });
    await answer;
    const circle: Record<string, unknown> = { onDone: () => undefined };
    circle["itself"] = circle;
    await assert.rejects(calls.ask({ kind: "run", verb: "models.show", args: circle }, undefined), TypeError);
  });

  test("where the thread ended by itself, what waits rejects with ownerGone, and what comes is not started", async () => {
    const { calls } = desk();
    const waiting = calls.ask(list, undefined);
    calls.end();
    await assert.rejects(waiting, { code: "ownerGone", fault: { code: "ownerGone" } });
    await assert.rejects(calls.ask(list, undefined), { fault: { code: "ownerGone", notStarted: true } });
  });

  test("of a deck that is let go, what waits is given up", async () => {
    const { closing, calls } = desk();
    const waiting = calls.ask(list, undefined);
    closing.abort();
    await assert.rejects(calls.ask(list, undefined), { name: "AbortError" });
    calls.end();
    await assert.rejects(waiting, { name: "AbortError" });
  });
});
