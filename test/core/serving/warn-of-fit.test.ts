import assert from "node:assert/strict";
import type { Fit, FitVerdict } from "../../../src/core/protocol/fit.ts";
import type { SwitchResult } from "../../../src/core/protocol/serving.ts";
import type { ServingController } from "../../../src/core/serving/controller.ts";
import { emptied, warnOfFit } from "../../../src/core/serving/warn-of-fit.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";

const never = new AbortController().signal;
const GIB = 2 ** 30;
const fitting = (verdict: FitVerdict): Fit => ({
  device: "GPU-1",
  name: "Small GPU",
  memoryTotal: 8 * GIB,
  memoryFree: 8 * GIB,
  verdict,
  need: {
    context: 32_768,
    weights: 8 * GIB,
    kvCache: GIB,
    compute: 0,
    other: 0,
    total: 9 * GIB,
    basis: "estimated",
    uncertainty: 0.1,
    unknown: [],
  },
});
const ended = (outcome: SwitchResult["outcome"]): SwitchResult => ({
  outcome,
  profile: "p",
  tookMs: 1,
  parts: {},
  warnings: ["first"],
});

/** A controller whose switch ends when it is told to. */
function switching(state: "off" | "ready", host?: string) {
  const end = Promise.withResolvers<SwitchResult>();
  const serving: Pick<ServingController, "switchTo" | "status"> = {
    switchTo: () => end.promise,
    status: () => ({ servers: [{ server: "default", profile: "p", state, since: "", host }] }) as never,
  };
  return { serving, end };
}

suite("whether it fits, at a switch", () => {
  test("of a server on another machine nothing is said: the GPUs are this one's", async () => {
    const { serving, end } = switching("off", "gpubox");
    const looked = Promise.withResolvers<void>();
    const switchTo = warnOfFit(serving, async () => {
      looked.resolve();
      return [fitting({ kind: "no" })];
    });
    const result = switchTo({ profile: "p" }, never);
    await looked.promise;
    end.resolve(ended("ready"));
    assert.deepEqual((await result).warnings, ["first"]);
  });

  for (const [verdict, words] of [
    [{ kind: "no" }, /^Does not fit Small GPU/],
    [{ kind: "offload", gpuLayers: 20, layers: 32 }, /^Small GPU: needs 12 of 32 layers on the CPU\.$/],
    [{ kind: "fitsWith", context: 8192 }, /^Fits Small GPU with context up to 8,192\.$/],
    [{ kind: "fits" }, undefined],
    [{ kind: "unknown" }, undefined],
  ] as const)
    test(`${verdict.kind} ${words ? "is a sentence more" : "is none"} among the warnings`, async () => {
      const { serving, end } = switching("off");
      const asked: unknown[] = [];
      const switchTo = warnOfFit(serving, async (...given) => {
        asked.push(given.slice(0, 3));
        return [fitting(verdict)];
      });
      const done = switchTo({ profile: "p", overrides: { context: 32_768 } }, never);
      await new Promise((resolve) => void setImmediate(resolve));
      end.resolve(ended("ready"));
      const [first, ...more] = (await done).warnings;
      assert.equal(first, "first");
      assert.equal(more.length, words ? 1 : 0);
      if (words) assert.match(String(more[0]), words);
      assert.deepEqual(asked, [["p", { context: 32_768 }, false]]);
    });

  test("no switch waits for it, nor is one hurt by it; it is given up then", async () => {
    const { serving, end } = switching("ready");
    let given: AbortSignal | undefined;
    const switchTo = warnOfFit(serving, (_id, _ask, isReplacing, signal) => {
      assert.equal(isReplacing, true);
      given = signal;
      return new Promise(() => undefined);
    });
    end.resolve(ended("ready"));
    assert.deepEqual((await switchTo({ profile: "p" }, never)).warnings, ["first"]);
    assert.equal(given?.aborted, true);
    const broken = warnOfFit(serving, async () => {
      throw fault({ code: "notFound", what: "profile", name: "p" });
    });
    assert.deepEqual((await broken({ profile: "p" }, never)).warnings, ["first"]);
  });

  test("what is replaced takes no memory any more", async () => {
    const gpu = {
      uuid: "GPU-1",
      name: "Small GPU",
      load: 0,
      memoryUsed: bytes(7 * GIB),
      memoryTotal: bytes(8 * GIB),
      celsius: undefined,
      watts: undefined,
      processes: [],
    };
    const room = emptied({
      gpu: { read: async () => [gpu] },
      memory: { read: () => ({ total: bytes(16 * GIB), free: bytes(GIB) }) },
    });
    assert.deepEqual(await room.gpu.read(never), [{ ...gpu, memoryUsed: 0 }]);
    assert.deepEqual(room.memory.read(), { total: 16 * GIB, free: 16 * GIB });
  });
});
