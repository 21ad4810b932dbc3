import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
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
  readonly hold: (world: ServingWorld, containers: FakeRuntime, gate: Gate) => Promise<void>;
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
    name: "the .env is about to be written",
    hold: (_world, _containers, gate) => atGate(gate, "before"),
    ends: "a",
  },
  {
    name: "the .env is written",
    hold: (_world, _containers, gate) => atGate(gate, "after"),
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

const atGate = (gate: Gate, act: Gate["act"]): Promise<void> => {
  gate.act = act;
  return gate.reached.promise;
};

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

/** What the next writing of a `.env` waits for, before or after the deed. */
interface Gate {
  act: "before" | "after" | undefined;
  readonly reached: PromiseWithResolvers<void>;
  readonly open: PromiseWithResolvers<void>;
}

const gated = (gate: Gate): typeof nodeFiles => ({
  ...nodeFiles,
  replace: async (file, content) => {
    const { act } = gate;
    if (act === "after") await nodeFiles.replace(file, content);
    if (act !== undefined) {
      gate.act = undefined;
      gate.reached.resolve();
      await gate.open.promise;
      throw new Error("it was killed");
    }
    await nodeFiles.replace(file, content);
  },
});

suite("a switch that is cut off, and the program's next start", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  let gate: Gate;
  setup(async () => {
    containers = createFakeRuntime("container");
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    await world.conf("[a]\nMODEL=a.gguf\n[b]\nMODEL=b.gguf\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
    await writeFile(path.join(world.folder, "compose.yaml"), "services:\n  llama:\n    image: acme/llama\n");
    await writeFile(path.join(world.folder, ".env"), "OWN=1");
    gate = { act: undefined, reached: Promise.withResolvers(), open: Promise.withResolvers() };
  });
  teardown(() => world.dispose());

  const env = (): Promise<string> => readFile(path.join(world.folder, ".env"), "utf8");

  for (const { name, hold, ends } of steps)
    test(`while ${name}: one server is left, it is ${ends}, it is ready when it says so, and .env is ${ends}'s`, async () => {
      world.more = { files: gated(gate), ...(name.startsWith("GPU") && { gpu: { read: async () => [busyCard] } }) };
      const { serving } = world;
      await serving.switchTo({ profile: "a" }, signal);
      const reached = hold(world, containers, gate);
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
      gate.open.resolve();
      await recovered;
      if (ends === "b") containers.finishLoading("b");
      await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
      await Promise.all([closing, cut]);
      assert.equal(again.status().servers[0]?.profile, ends);
      assert.deepEqual(containers.running(), [ends]);
      assert.deepEqual(lies, []);
      assert.match(await env(), new RegExp(`^OWN=1\\n# >>> [^\\n]*\\nMODEL=${ends}\\.gguf\\n# <<< [^\\n]*\\n$`));
      assert.equal((await again.switchTo({ profile: ends === "a" ? "b" : "a" }, signal)).outcome, "ready");
    });

  test("a first switch that cannot be finished leaves the .env as it was", async () => {
    world.more = { files: gated(gate) };
    const { serving } = world;
    const reached = atGate(gate, "after");
    const cut = serving.switchTo({ profile: "b" }, signal).catch(() => undefined);
    await reached;
    assert.match(await env(), /MODEL=b/);
    const closing = serving.close();
    world.more = {};
    const again = world.reopen();
    gate.open.resolve();
    await again.recover();
    await until(again, ({ switching, servers }) => switching === undefined && servers[0]?.state === "off");
    await Promise.all([closing, cut]);
    assert.equal(await env(), "OWN=1");
  });
});
