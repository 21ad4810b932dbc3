import assert from "node:assert/strict";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import type { Runtime } from "../../../src/core/ports/runtime.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();
const never = (given: AbortSignal): Promise<never> =>
  new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason), { once: true }));
const busyCard: GpuFacts = {
  uuid: "GPU-1",
  name: "Card",
  load: 0,
  memoryUsed: bytes(2 ** 30),
  memoryTotal: bytes(2 ** 34),
  celsius: undefined,
  watts: undefined,
  processes: [{ pid: process.pid, name: "llama-server", memory: bytes(2 ** 30) }],
};

/** What the switch is at when it is cut off, and what a later start has then. */
interface Step {
  readonly name: string;
  /** Makes the next switch stay at the step; resolves once it is there. */
  readonly hold: (world: ServingWorld, containers: FakeRuntime) => Promise<void>;
  readonly ends: "a" | "b";
}

const steps: readonly Step[] = [
  {
    name: "the new one is being made",
    hold: (_, containers) => held(containers, "create", async (given) => never(given)),
    ends: "a",
  },
  {
    name: "the new one is made, and nothing is written yet",
    hold: (_, containers) =>
      held(containers, "create", async (given, make) => {
        await make();
        return never(given);
      }),
    ends: "a",
  },
  {
    name: "the old one is being ended",
    hold: async (world, containers) => {
      containers.holdStop();
      await until(world.serving, ({ servers }) => servers[0]?.state === "stopping");
    },
    ends: "a",
  },
  {
    name: "GPU memory is waited for",
    hold: (world) => until(world.serving, ({ servers }) => servers[0]?.state === "stopping"),
    ends: "a",
  },
  {
    name: "the new one is being started",
    hold: (_, containers) =>
      held(containers, "create", async (given, make) => ({ ...(await make()), start: () => never(given) })),
    ends: "a",
  },
  {
    name: "the new one loads",
    hold: async (world, containers) => {
      containers.behave("b", { holdLoading: true });
      await until(world.serving, ({ servers }) => servers[0]?.profile === "b" && servers[0].state === "loading");
    },
    ends: "b",
  },
];

function held(
  containers: FakeRuntime,
  name: "create",
  act: (given: AbortSignal, make: () => ReturnType<Runtime["create"]>) => ReturnType<Runtime["create"]>,
): Promise<void> {
  const real = containers[name];
  return new Promise((resolve) => {
    containers[name] = (spec, given) => {
      containers[name] = real;
      const acting = act(given, () => real(spec, given));
      setImmediate(resolve);
      return acting;
    };
  });
}

suite("a switch that is cut off, and the program's next start", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  setup(async () => {
    containers = createFakeRuntime("container");
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    await world.conf("[a]\nMODEL=a.gguf\n[b]\nMODEL=b.gguf\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
  });
  teardown(() => world.dispose());

  for (const { name, hold, ends } of steps)
    test(`while ${name}: one server is left, it is ${ends}, and it is ready when it says so`, async () => {
      world.more = name.startsWith("GPU") ? { gpu: { read: async () => [busyCard] } } : {};
      const { serving } = world;
      await serving.switchTo({ profile: "a" }, signal);
      const reached = hold(world, containers);
      const cut = serving.switchTo({ profile: "b" }, signal).then(
        () => undefined,
        () => undefined,
      );
      await reached;
      // What it was at is let go only after the next start has begun: two of them overlap for a while.
      const closing = serving.close();
      world.more = {};
      const again = world.reopen();
      const lies: string[] = [];
      again.onChange(() => {
        const [server] = again.status().servers;
        const runs = containers.running();
        if (server?.state === "ready" && !runs.includes(server.profile ?? "")) lies.push(server.profile ?? "");
      });
      const recovered = again.recover();
      containers.letGo();
      await recovered;
      if (ends === "b") containers.finishLoading("b");
      await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
      await Promise.all([closing, cut]);
      assert.equal(again.status().servers[0]?.profile, ends);
      assert.deepEqual(containers.running(), [ends]);
      assert.deepEqual(lies, []);
      assert.equal((await again.switchTo({ profile: ends === "a" ? "b" : "a" }, signal)).outcome, "ready");
    });
});
