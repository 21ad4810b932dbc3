import assert from "node:assert/strict";
import type { DeckEvent } from "../../../src/core/protocol/snapshot.ts";
import { createEmitter } from "../../../src/core/util/events.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createServerOutput } from "../../../src/extension/server-output.ts";

const refused = (): Error => fault({ code: "notFound", what: "server", name: "a", near: [] });

suite("the output channel of a server's log", () => {
  const end: (() => void)[] = [];
  teardown(() => end.splice(0).forEach((one) => one()));

  /** A window whose core answers in this order. */
  function windowOf(...answers: readonly (Error | readonly string[])[]) {
    const left = [...answers];
    const shown: string[] = [];
    const [events, changes] = [createEmitter<DeckEvent>(), createEmitter<void>()];
    const output = createServerOutput({
      link: { onEvent: events.event },
      ask: createAsk(async () => {
        const answer = left.shift() ?? assert.fail("it was asked too often");
        if (answer instanceof Error) throw answer;
        return { lines: answer, dropped: 0, next: answer.length };
      }),
      serving: { value: { servers: [] }, onChange: changes.event },
      open: () => ({
        append: (text) => void shown.push(text),
        replace: (text) => void shown.push(text),
        show: () => undefined,
        dispose: () => undefined,
      }),
    });
    end.push(() => output.dispose());
    const settled = (): Promise<void> => new Promise(setImmediate);
    const hear = (server: string): void => events.fire({ kind: "logs", server, first: 7, lines: ["later"] });
    return { output, shown, left, settled, hear, change: () => changes.fire() };
  }

  test("that could not be read is read once its server changes, and then no more", async () => {
    const { output, shown, left, settled, change } = windowOf(refused(), refused(), ["x"]);
    await assert.rejects(output.show("a"), { code: "notFound" });
    for (const count of [1, 0, 0]) {
      change();
      await settled();
      assert.equal(left.length, count);
    }
    assert.deepEqual(shown, ["x\n"]);
  });

  test("that could not be read is read once a line of it is heard; another's line has nothing to say", async () => {
    const { output, shown, settled, hear } = windowOf(refused(), ["x"]);
    await assert.rejects(output.show("a"));
    hear("b");
    await settled();
    assert.deepEqual(shown, []);
    hear("a");
    await settled();
    assert.deepEqual(shown, ["x\n"]);
  });

  test("that could not be read is read when it is asked for again, and says again why it cannot be", async () => {
    const { output, shown } = windowOf(refused(), refused(), ["x"]);
    await assert.rejects(output.show("a"));
    await assert.rejects(output.show("a"), { code: "notFound" });
    await output.show("a");
    await output.show("a");
    assert.deepEqual(shown, ["x\n"]);
  });

  test("that missed lines and could not be read once more is read with the next line", async () => {
    const { output, shown, settled, hear } = windowOf(["x"], refused(), ["x", "later"]);
    await output.show("a");
    hear("a");
    await settled();
    hear("a");
    await settled();
    assert.deepEqual(shown, ["x\n", "x\nlater\n"]);
  });
});
