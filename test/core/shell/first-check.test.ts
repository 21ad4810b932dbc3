import assert from "node:assert/strict";
import type { Task } from "../../../src/core/protocol/tasks.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { onFirstCheck } from "../../../src/extension/maintenance/first-check.ts";
import { createPart } from "../../../src/extension/part.ts";
import { aTask } from "../../support/plan-samples.ts";

const check = aTask({ kind: "verify", state: "running" });

/** A bundle that answers in this order, and the tasks it is wanted for. */
function tasksWith(...bundles: readonly ("loads" | Error)[]) {
  const left = [...bundles];
  const changed = createEmitter<void>();
  let tasks: readonly Task[] = [];
  const told: unknown[] = [];
  const part = createPart(async () => {
    const bundle = left.shift() ?? assert.fail("it was loaded too often");
    if (bundle instanceof Error) throw bundle;
    return { dispose: () => undefined };
  });
  const reading = {
    get value() {
      return { tasks };
    },
    onChange: changed.event,
  };
  const watching = onFirstCheck({ tasks: reading, load: part.get, onError: (error) => void told.push(error) });
  const become = async (...now: readonly Task[]): Promise<void> => {
    tasks = now;
    changed.fire();
    await new Promise(setImmediate);
  };
  return { become, told, left, watching };
}

suite("what shows checks of files", () => {
  test("is loaded with the first that runs, and once", async () => {
    const { become, left, told } = tasksWith("loads");
    await become();
    await become({ ...check, state: "done" });
    assert.equal(left.length, 1);
    await become(check);
    await become(check);
    assert.deepEqual([left.length, told], [0, []]);
  });

  test("that could not be loaded is told once, and loaded with a later change of the tasks", async () => {
    const { become, left, told } = tasksWith(new Error("no room"), new Error("no room"), "loads");
    for (const count of [2, 1, 0, 0]) {
      await become(check);
      assert.equal(left.length, count);
    }
    assert.deepEqual(told.map(String), ["Error: no room"]);
  });

  test("is not loaded any more once the window ends", async () => {
    const { become, left, watching } = tasksWith("loads");
    watching.dispose();
    await become(check);
    assert.equal(left.length, 1);
  });
});
