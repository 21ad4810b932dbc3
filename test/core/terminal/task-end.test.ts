import assert from "node:assert/strict";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { withTaskEnd } from "../../../src/terminal/task-end.ts";
import { aTask } from "../../support/plan-samples.ts";

const never = new AbortController().signal;
const answer = { id: "t1" };

suite("a verb that begins a task", () => {
  const events = createEmitter<DeckEvent>();
  let subscribed = 0;
  let asked = Promise.withResolvers<void>();
  /** @param tasks what there is, asked again and again */
  const deckWith = (tasks: () => readonly unknown[], owns = true) => ({
    owns: () => owns,
    onEvent: (listener: (event: DeckEvent) => void) => {
      subscribed += 1;
      const heard = events.event(listener);
      return {
        dispose: () => {
          subscribed -= 1;
          heard.dispose();
        },
      };
    },
    run: async (verb: string, _: unknown, signal: AbortSignal) => {
      signal.throwIfAborted();
      assert.equal(verb, "tasks.list");
      asked.resolve();
      return { tasks: tasks() };
    },
  });
  setup(() => {
    asked = Promise.withResolvers();
  });
  teardown(() => assert.equal(subscribed, 0));

  test("is at its end when that is, with what became of it", async () => {
    let state: "running" | "failed" = "running";
    const task = () => aTask({ id: "t1", kind: "verify", state });
    const waiting = withTaskEnd(
      deckWith(() => [aTask({ id: "t0", state: "done" }), task()]),
      answer,
      never,
    );
    await asked.promise;
    state = "failed";
    events.fire({ kind: "tasks" });
    assert.deepEqual(await waiting, { id: "t1", task: task() });
  });

  test("is left where a person stops it, though nothing happens any more", async () => {
    const stop = new AbortController();
    const waiting = withTaskEnd(
      deckWith(() => [aTask({ id: "t1", state: "running" })]),
      answer,
      stop.signal,
    );
    await asked.promise;
    await new Promise(setImmediate);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
  });

  test("has failed where another process took over in the middle, as the work ended with that", async () => {
    let [tasks, owns] = [[aTask({ id: "t1", state: "running" })], true];
    const deck = { ...deckWith(() => tasks), owns: () => owns };
    const waiting = withTaskEnd(deck, answer, never);
    await asked.promise;
    [tasks, owns] = [[], false];
    events.fire({ kind: "tasks" });
    await assert.rejects(waiting, (error) => isFault(error, "ownerGone"));
  });

  test("is not waited for where a window does it, nor is what is no task", async () => {
    const fails = () => assert.fail("nobody asks");
    assert.equal(await withTaskEnd(deckWith(fails, false), answer, never), answer);
    const other = { ids: ["t1"] };
    assert.equal(await withTaskEnd(deckWith(fails), other, never), other);
    assert.equal(
      await withTaskEnd(
        deckWith(() => []),
        answer,
        never,
      ),
      answer,
    );
  });
});
