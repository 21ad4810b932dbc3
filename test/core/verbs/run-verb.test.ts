import assert from "node:assert/strict";
import type { Core } from "../../../src/core/core.ts";
import { runVerb } from "../../../src/core/verbs/run-verb.ts";
import { verbs } from "../../../src/core/verbs/table.ts";
import { isFault } from "../../../src/core/util/faults.ts";

/** A core of which only what a test hands in is there: anything else it touches fails the test. */
const coreOf = (part: Partial<Core>): Core =>
  new Proxy(part, {
    get: (target, key) => {
      assert.ok(key in target, `the verb touched core.${String(key)}`);
      return Reflect.get(target, key);
    },
  }) as Core;

const signal = new AbortController().signal;

suite("verbs", () => {
  test("every verb has a name of its own, as `room.deed`", () => {
    const names = verbs.map((verb) => verb.name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+\.[a-zA-Z]+$/);
  });

  test("an unknown verb is a fault with a sentence", async () => {
    await assert.rejects(runVerb(coreOf({}), "models.eat", {}, signal), (error) => {
      assert.ok(isFault(error, "unknownVerb"));
      assert.match(error.message, /models\.eat/);
      return true;
    });
  });

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ["models.show", {}, /name/],
    ["models.show", { name: "" }, /name/],
    ["models.show", { name: "a", extra: 1 }, /extra/],
    ["models.list", { limit: 0 }, /limit/],
    ["models.list", [], /models\.list/],
    ["models.list", "all", /models\.list/],
    ["downloads.add", { model: "a/b", files: "x" }, /files/],
    ["downloads.pause", { ids: [] }, /downloads\.pause|ids/],
    ["serving.switch", { profile: "a", overrides: { context: -1 } }, /overrides\.context/],
    ["serving.switch", { profile: "a", onBusy: "maybe" }, /onBusy/],
  ];
  for (const [name, args, naming] of refused) {
    test(`${name} refuses ${JSON.stringify(args)} before it touches anything, naming the field`, async () => {
      await assert.rejects(runVerb(coreOf({}), name, args, signal), (error) => {
        assert.ok(isFault(error, "badArguments"));
        assert.match(error.message, naming);
        return true;
      });
    });
  }

  test("a verb that was given up before it began does nothing, and ends with the signal's reason", async () => {
    const reason = new Error("given up");
    await assert.rejects(runVerb(coreOf({}), "models.stats", {}, AbortSignal.abort(reason)), reason);
  });

  test("arguments may be left out where none is needed", async () => {
    const stats = { count: 0, bytes: 0, byBackend: {}, byFormat: {}, byQuantization: {}, byLocation: {} };
    const core = coreOf({ registry: { stats: async () => stats } as unknown as Core["registry"] });
    assert.deepEqual(await runVerb(core, "models.stats", undefined, signal), stats);
  });
});
