import assert from "node:assert/strict";
import { createEmitter } from "../../../src/core/util/events.ts";
import { createScope } from "../../../src/core/util/scope.ts";

suite("events", () => {
  test("a listener that throws does not keep the others from hearing", () => {
    const errors: unknown[] = [];
    const heard: number[] = [];
    const emitter = createEmitter<number>((error) => errors.push(error));
    emitter.event(() => {
      throw new Error("first");
    });
    emitter.event((value) => heard.push(value));
    emitter.fire(7);
    assert.deepEqual(heard, [7]);
    assert.equal(errors.length, 1);
  });

  test("who subscribes while an event is fired hears the next one, who leaves hears no more", () => {
    const emitter = createEmitter<string>();
    const heard: string[] = [];
    const first = emitter.event((value) => {
      heard.push(`first ${value}`);
      emitter.event((later) => heard.push(`late ${later}`));
      second.dispose();
      first.dispose();
    });
    const second = emitter.event((value) => heard.push(`second ${value}`));
    emitter.fire("a");
    emitter.fire("b");
    assert.deepEqual(heard, ["first a", "late b"]);
  });
});

suite("scope", () => {
  test("ends what it holds in reverse order, once, after its signal", () => {
    const scope = createScope();
    const order: string[] = [];
    scope.signal.addEventListener("abort", () => order.push("signal"));
    scope.use({ dispose: () => order.push("a") });
    scope.use({ dispose: () => order.push("b") });
    scope.dispose();
    scope.dispose();
    assert.deepEqual(order, ["signal", "b", "a"]);
  });

  test("disposes what comes too late at once", () => {
    const scope = createScope();
    scope.dispose();
    let disposed = false;
    scope.use({ dispose: () => (disposed = true) });
    assert.equal(disposed, true);
  });
});
