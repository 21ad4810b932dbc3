import assert from "node:assert/strict";
import type { FitVerdict } from "../../../src/core/protocol/fit.ts";
import type { SwitchResult } from "../../../src/core/protocol/serving.ts";
import type { Held } from "../../../src/core/serving/held.ts";
import type { LoadAsk } from "../../../src/core/fit/fit.ts";
import type { GpuProcess } from "../../../src/core/ports/gpu.ts";
import type { RunningServer } from "../../../src/core/ports/runtime.ts";
import type { ServingController, SwitchRequest } from "../../../src/core/serving/controller.ts";
import { misfitOf, warnOfFit, warnedRestart } from "../../../src/core/serving/warn-of-fit.ts";
import { heldBy, without } from "../../../src/core/serving/held.ts";
import { fault, isFault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";
import { fitting } from "./fitting.ts";

const never = new AbortController().signal;
const GIB = 2 ** 30;
const ended = (outcome: SwitchResult["outcome"]): SwitchResult => ({
  outcome,
  profile: "p",
  tookMs: 1,
  parts: {},
  warnings: ["first"],
});

/** A controller whose switch ends when it is told to. */
function switching(host?: string) {
  const end = Promise.withResolvers<SwitchResult>();
  const asked: SwitchRequest[] = [];
  const serving: Pick<ServingController, "switchTo" | "status"> = {
    switchTo: (request) => {
      asked.push(request);
      return end.promise;
    },
    status: () => ({ servers: [{ server: "default", profile: "p", state: "ready", since: "", host }] }) as never,
  };
  return { serving, end, asked };
}

suite("whether it fits, at a switch", () => {
  test("of a server on another machine nothing is said: the GPUs are this one's", async () => {
    const { serving, end } = switching("gpubox");
    const looked = Promise.withResolvers<void>();
    const switchTo = warnOfFit(serving, async () => {
      looked.resolve();
      return { title: "P", fits: [fitting({ kind: "no" })], ask: {} };
    });
    const result = switchTo({ profile: "p" }, never);
    await looked.promise;
    end.resolve(ended("ready"));
    assert.deepEqual((await result).warnings, ["first"]);
  });

  test("where servers run on another machine, none is refused for what these GPUs have", async () => {
    const { serving, end, asked } = switching("gpubox");
    const runtime = {
      kind: "container",
      available: true,
      version: "28",
      address: "tcp://gpubox:2376",
      host: "gpubox",
    } as const;
    const there = { ...serving, status: () => ({ servers: [], runtime }) };
    const switchTo = warnOfFit(there, async () => assert.fail("nothing is to be judged"));
    const result = switchTo({ profile: "p", onUnfit: "refuse" }, never);
    assert.equal(await asked[0]?.misgiving, undefined);
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
      const { serving, end, asked } = switching();
      const overrides = { context: 32_768 };
      const switchTo = warnOfFit(serving, async (profile, given) => {
        assert.deepEqual([profile, given], ["p", overrides]);
        return { title: "P", fits: [fitting(verdict)], ask: overrides };
      });
      const done = switchTo({ profile: "p", overrides }, never);
      const misgiving = await asked[0]?.misgiving;
      if (words) assert.match(String(misgiving), words);
      else assert.equal(misgiving, undefined);
      end.resolve(ended("ready"));
      const [first, ...more] = (await done).warnings;
      assert.equal(first, "first");
      assert.equal(more.length, words ? 1 : 0);
      if (words) assert.match(String(more[0]), words);
    });

  test("what the switch has said already is not said twice", async () => {
    const { serving, end, asked } = switching();
    const done = warnOfFit(serving, async () => ({ title: "P", fits: [fitting({ kind: "no" })], ask: {} }))(
      { profile: "p" },
      never,
    );
    const warning = (await asked[0]?.misgiving) ?? "";
    end.resolve({ ...ended("ready"), warnings: [warning] });
    assert.deepEqual((await done).warnings, [warning]);
  });

  test("no switch is hurt by it, and it is given up when the switch is over", async () => {
    const { serving, end } = switching();
    let given: AbortSignal | undefined;
    const switchTo = warnOfFit(serving, (_id, _overrides, signal) => {
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

  test("what nobody asked for the server chooses by itself: it is no reason to refuse", () => {
    const of = (verdict: FitVerdict, ask: LoadAsk) => misfitOf("p", [fitting(verdict)], ask);
    assert.equal(of({ kind: "fitsWith", context: 8192 }, {}), undefined);
    assert.equal(of({ kind: "fitsWith", context: 8192 }, { context: 32_768 })?.context, 8192);
    assert.equal(of({ kind: "offload", gpuLayers: 20, layers: 32 }, {}), undefined);
    assert.equal(of({ kind: "offload", gpuLayers: 20, layers: 32 }, { gpuLayers: 99 })?.gpuLayers, 20);
    assert.deepEqual(of({ kind: "no" }, {}), {
      code: "doesNotFit",
      profile: "p",
      device: "Small GPU",
      needed: 9 * GIB,
      free: 8 * GIB,
    });
    assert.equal(misfitOf("p", [fitting({ kind: "no" }), fitting({ kind: "fits" })], {}), undefined);
  });

  test("what is replaced takes no memory any more; what others hold stays held", async () => {
    const gpu = (used: number, processes: readonly GpuProcess[] = []) => ({
      uuid: "GPU-1",
      name: "Small GPU",
      load: 0,
      memoryUsed: bytes(used),
      memoryTotal: bytes(8 * GIB),
      celsius: undefined,
      watts: undefined,
      processes,
    });
    const memory = { read: () => ({ total: bytes(16 * GIB), free: bytes(GIB) }) };
    const holds = (pid: number, held: number): GpuProcess => ({ pid, name: "", memory: bytes(held) });
    const used = async (held: Held | undefined, ...gpus: readonly ReturnType<typeof gpu>[]) =>
      (await without(held, { gpu: { read: async () => gpus }, memory }).gpu.read(never)).map(
        ({ memoryUsed }) => memoryUsed / GIB,
      );
    const held = { pids: new Set([7]), onGpus: [3 * GIB], resident: 2 * GIB };
    assert.deepEqual(await used(held, gpu(7 * GIB, [holds(7, 4 * GIB), holds(8, 2 * GIB)])), [3]);
    // By its log, where the driver names nobody: as far as it can be told which card that was.
    assert.deepEqual(await used(held, gpu(4 * GIB)), [1]);
    assert.deepEqual(await used(held, gpu(4 * GIB), gpu(2 * GIB)), [1, 2]);
    assert.deepEqual(await used(held, gpu(7 * GIB), gpu(6 * GIB)), [7, 6]);
    const nameless = (pid: number): GpuProcess => ({ pid, name: "", memory: undefined });
    assert.deepEqual(await used(held, gpu(7 * GIB, [nameless(8)]), gpu(6 * GIB, [nameless(7)])), [7, 3]);
    const spread = { ...held, onGpus: [GIB, 2 * GIB] };
    assert.deepEqual(await used(spread, gpu(7 * GIB), gpu(6 * GIB)), [6, 4]);
    assert.deepEqual(await used(spread, gpu(GIB), gpu(GIB)), [1, 1]);
    assert.deepEqual(await used(held, gpu(0)), [0]);
    assert.deepEqual(await used(undefined, gpu(7 * GIB)), [7]);
    const room = without(held, { gpu: { read: async () => [] }, memory });
    assert.deepEqual(room.memory.read(), { total: 16 * GIB, free: 3 * GIB });
  });
});

suite("what comes free when a server ends", () => {
  const server = (more: Partial<RunningServer>): RunningServer => ({
    id: "s",
    kind: "container",
    url: "",
    port: 1,
    labels: {},
    startedAt: 0,
    running: true,
    end: async () => undefined,
    stop: async () => undefined,
    processes: async () => [7],
    exited: () => new Promise(() => undefined),
    follow: async () => undefined,
    memory: async () => bytes(5 * GIB),
    ...more,
  });
  const loadLines = () => ["load_tensors:        CUDA1 model buffer size =  1024.00 MiB"];

  test("is what the machine does not count as free already, where that is told apart", async () => {
    const held = await heldBy({ server: server({ releases: async () => bytes(GIB) }), loadLines }, never);
    assert.deepEqual(held, { pids: new Set([7]), onGpus: [GIB], resident: GIB });
    assert.equal((await heldBy({ server: server({}), loadLines }, never))?.resident, 5 * GIB);
  });

  test("is nothing of this machine's where it runs on another one", async () => {
    assert.equal(await heldBy({ server: server({ host: "gpubox" }), loadLines }, never), undefined);
  });
});

suite("a warning comes before the old model stops", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  setup(async () => {
    containers = createFakeRuntime("container");
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    await world.conf("[a]\nMODEL=a.gguf\n[b]\nMODEL=b.gguf\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
    await world.serving.switchTo({ profile: "a" }, never);
  });
  teardown(() => world.dispose());
  const judged = (answer: Promise<void>) =>
    warnOfFit(world.serving, async () => {
      await answer;
      return { title: "P", fits: [fitting({ kind: "no" })], ask: {} };
    });

  test("refused: the old one was not touched, and nothing of the new one is left", async () => {
    const switchTo = judged(Promise.resolve());
    await assert.rejects(switchTo({ profile: "b", onUnfit: "refuse" }, never), (error) => isFault(error, "doesNotFit"));
    assert.deepEqual([containers.deeds, (await containers.list(never)).length], [["+a"], 1]);
    const { servers, switching } = world.serving.status();
    assert.deepEqual([servers[0]?.state, servers[0]?.profile, switching], ["ready", "a", undefined]);
  });

  test("a restart of what served asks for no judgement; one of a profile that was changed since does, and may be refused", async () => {
    const judged: string[] = [];
    const switchTo = warnOfFit(world.serving, async (profile) => {
      judged.push(profile);
      return { title: "P", fits: [fitting({ kind: "no" })], ask: {} };
    });
    const restart = warnedRestart(world.serving, switchTo);
    const same = await restart(undefined, { onUnfit: "refuse" }, never);
    assert.deepEqual([same.outcome, judged, containers.deeds], ["ready", [], ["+a", "-a", "+a"]]);
    await world.conf("[a]\nMODEL=a.gguf\nCTX_SIZE=131072\n[b]\nMODEL=b.gguf\n");
    await assert.rejects(restart("default", { onUnfit: "refuse" }, never), (error) => isFault(error, "doesNotFit"));
    assert.equal(world.serving.status().servers[0]?.state, "ready");
    const warned = await restart("default", {}, never);
    assert.match(warned.warnings.join(), /Does not fit/);
    assert.deepEqual(
      [judged, containers.deeds],
      [
        ["a", "a"],
        ["+a", "-a", "+a", "-a", "+a"],
      ],
    );
  });

  test("told: whoever looks sees it while the old one still serves, and it is in the result once", async () => {
    const switchTo = judged(Promise.resolve());
    const seen: unknown[] = [];
    world.serving.onChange(() => {
      const { switching, servers } = world.serving.status();
      if (switching?.warning !== undefined) seen.push([servers[0]?.state, servers[0]?.profile]);
    });
    const { warnings, outcome } = await switchTo({ profile: "b" }, never);
    assert.equal(outcome, "ready");
    assert.deepEqual(seen[0], ["ready", "a"]);
    assert.equal(warnings.filter((warning) => warning.startsWith("Does not fit")).length, 1);
    const again = await judged(Promise.resolve())({ profile: "a", wait: false }, never);
    assert.equal(again.outcome, "started");
    assert.match(again.warnings.join(), /Does not fit/);
    await until(world.serving, ({ switching }) => switching === undefined);
  });

  test("one that takes long is not waited for, and comes with the result", async () => {
    const late = Promise.withResolvers<void>();
    containers.behave("b", { holdLoading: true });
    const switching = judged(late.promise)({ profile: "b" }, never);
    await until(world.serving, ({ servers }) => servers[0]?.profile === "b" && servers[0].state === "loading");
    assert.equal(world.serving.status().switching?.warning, undefined);
    late.resolve();
    await until(world.serving, ({ switching }) => switching?.warning !== undefined);
    containers.finishLoading("b");
    assert.match((await switching).warnings.join(), /Does not fit/);
  });
});
