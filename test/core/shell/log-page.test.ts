import assert from "node:assert/strict";
import type { ToPage } from "../../../src/core/protocol/page.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { createAsk } from "../../../src/extension/ask.ts";
import { createLogPage } from "../../../src/extension/log-page.ts";

const heard = { kind: "logs", server: "a", first: 7, lines: ["later"] } as const;

/** A page that shows the log of `a`, of a core that answers in this order. */
function watching(...answers: readonly (Error | readonly string[])[]) {
  const left = [...answers];
  const [posted, told]: [ToPage[], unknown[]] = [[], []];
  const silent = (): void => undefined;
  const logs = createLogPage({
    ask: createAsk(async () => {
      const answer = left.shift() ?? assert.fail("it was asked too often");
      if (answer instanceof Error) throw answer;
      return { lines: answer, dropped: 0, next: answer.length };
    }),
    report: { error: (error) => void told.push(error), trouble: silent, notice: silent },
    signal: new AbortController().signal,
  });
  /** As the panel does whenever anything changed. */
  const watch = async (): Promise<void> => {
    logs.watch("a", (message) => void posted.push(message));
    await new Promise(setImmediate);
  };
  return { logs, watch, told, posted, left };
}
const refused = (): Error => fault({ code: "notFound", what: "server", name: "a", near: [] });

suite("the log that the panel shows", () => {
  test("is asked for again after a failure once its server changes, and not before", async () => {
    const { logs, watch, told, posted, left } = watching(refused(), ["x"]);
    await watch();
    await watch();
    assert.deepEqual([told.length, posted.length, left.length], [1, 0, 1]);
    logs.retry();
    await watch();
    assert.deepEqual(posted, [{ kind: "logs", server: "a", first: 0, lines: ["x"], dropped: 0, whole: true }]);
    logs.retry();
    await watch();
    assert.equal(posted.length, 1);
  });

  test("is asked for again once a line of it is heard; another's line has nothing to say", async () => {
    const { logs, watch, posted } = watching(refused(), ["x"]);
    await watch();
    logs.hear({ ...heard, server: "b" });
    await watch();
    assert.equal(posted.length, 0);
    logs.hear(heard);
    await watch();
    assert.equal(posted.length, 1);
  });

  test("says one reason once, however often it is asked for, and again where it worked meanwhile", async () => {
    const { logs, watch, told } = watching(refused(), refused(), new Error("another"), ["x"], refused());
    for (const count of [1, 1, 2, 2]) {
      await watch();
      assert.equal(told.length, count);
      logs.retry();
    }
    logs.forget();
    await watch();
    assert.equal(told.length, 3);
  });
});
