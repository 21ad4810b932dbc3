import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import type { Server, ServingStatus } from "../../../src/core/protocol/serving.ts";
import type { RecoveringController } from "../../../src/core/serving/create-controller.ts";
import type { ServingDeps } from "../../../src/core/serving/deps.ts";
import type { ServerProfile } from "../../../src/core/serving/profile.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { bytes, millis, profileId } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();
const crash = { code: 139, oomKilled: false } as const;

suite("servers side by side", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  let profiles: Map<string, ServerProfile>;

  setup(async () => {
    containers = createFakeRuntime("container");
    profiles = new Map();
    world = await openServingWorld(() => ({ containers, processes: createFakeRuntime("process") }));
    world.more = { profiles: book() };
    for (const [id, group] of [
      ["a", "default"],
      ["b", "default"],
      ["e", "embedding"],
      ["f", "embedding"],
      ["c", "completion"],
    ] as const)
      await add(id, { group });
  });
  teardown(() => world.dispose());

  const book = (): ServingDeps["profiles"] => ({
    ...({} as ServingDeps["profiles"]),
    find: async (id) => profiles.get(id) ?? Promise.reject(new Error(`no ${id}`)),
  });
  const add = async (id: string, more: Partial<ServerProfile> = {}): Promise<void> => {
    profiles.set(id, {
      id: profileId(id),
      name: id.toUpperCase(),
      backend: "llama.cpp",
      group: "default",
      modelPath: await world.model(`${id}.gguf`),
      context: 4096,
      gpuLayers: undefined,
      fit: undefined,
      fitTarget: undefined,
      extraArgs: [],
      environment: {},
      file: "",
      line: 1,
      ...more,
    });
  };
  const ready = async (id: string, serving = world.serving): Promise<string> => {
    const result = await serving.switchTo({ profile: id, onBusy: "queue" }, signal);
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    return result.url ?? "";
  };
  const serverOf = (group: string, serving: RecoveringController = world.serving): Server | undefined =>
    serving.status().servers.find(({ server }) => server === group);
  const states = ({ servers }: ServingStatus): Record<string, string> =>
    Object.fromEntries(servers.map(({ server, state }) => [server, state]));

  test("each group has a port of its own, and a switch replaces within its group alone", async () => {
    const urls = new Set([await ready("a"), await ready("e"), await ready("c")]);
    assert.equal(urls.size, 3);
    assert.ok(urls.has(`http://127.0.0.1:${world.port}`));
    const before = serverOf("embedding")?.url;
    assert.equal(await ready("f"), before);
    assert.deepEqual(containers.deeds, ["+a", "+e", "+c", "-e", "+f"]);
    assert.deepEqual(states(world.serving.status()), { default: "ready", embedding: "ready", completion: "ready" });
  });

  test("a group keeps its port over stops and restarts of the program, and gives way to a stranger", async () => {
    const url = await ready("e");
    await world.serving.stop(undefined, signal);
    await world.serving.close();
    const again = world.reopen();
    // Another group that comes first does not take it.
    assert.notEqual(await ready("c", again), url);
    assert.equal(await ready("e", again), url);
    await again.stop("embedding", signal);
    const stranger = net.createServer().listen(Number(new URL(url).port), "127.0.0.1");
    await once(stranger, "listening");
    assert.notEqual(await ready("e", again), url);
    stranger.close();
  });

  test("a port that the profile names is the one, and taken it is refused", async () => {
    const taken = net.createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await add("p", { group: "own", port });
    await assert.rejects(world.serving.switchTo({ profile: "p" }, signal), (error) => isFault(error, "portInUse"));
    taken.close();
    await once(taken, "close");
    assert.equal(await ready("p"), `http://127.0.0.1:${port}`);
  });

  test("all are unloaded at once", async () => {
    for (const id of ["a", "e", "c"]) await ready(id);
    assert.deepEqual(states(await world.serving.stop(undefined, signal)), {
      default: "off",
      embedding: "off",
      completion: "off",
    });
    assert.deepEqual(await containers.list(signal), []);
  });

  test("a restart is the same again, with what was overridden; of nothing it is a fault", async () => {
    await assert.rejects(world.serving.restart(undefined, {}, signal), (error) => isFault(error, "notFound"));
    await world.serving.switchTo({ profile: "a", overrides: { context: 512 } }, signal);
    const result = await world.serving.restart(undefined, {}, signal);
    assert.deepEqual([result.outcome, result.readBack?.context], ["ready", 512]);
    assert.deepEqual(containers.deeds, ["+a", "-a", "+a"]);
    await ready("e");
    assert.equal((await world.serving.restart("embedding", {}, signal)).running, "e");
  });

  test("anyone may cancel a switch; the one before comes back", async () => {
    await ready("a");
    containers.behave("b", { holdLoading: true });
    const switching = world.serving.switchTo({ profile: "b" }, signal);
    await until(world.serving, () => serverOf("default")?.state === "loading");
    world.serving.cancel("default");
    const { outcome, running } = await switching;
    assert.deepEqual([outcome, running], ["cancelled", "a"]);
    world.serving.cancel(undefined);
  });

  test("what the server lacks memory for is told with what would help, what runs beside first", async () => {
    await ready("e");
    containers.behave("a", { exit: { code: 137, oomKilled: true } });
    const result = await world.serving.switchTo({ profile: "a", overrides: { context: 8192 } }, signal);
    assert.equal(result.outcome, "failed");
    assert.deepEqual(result.offers, [
      { kind: "stopOther", server: "embedding", title: "E" },
      { kind: "context", context: 4096 },
      { kind: "cacheType", cacheType: "q8_0" },
    ]);
    assert.deepEqual(serverOf("default")?.offers, result.offers);
  });

  test("one that crashes is started again, and not after the third time in two minutes", async () => {
    await ready("a");
    for (const starts of [2, 3]) {
      containers.end("a", crash, "segfault\n");
      await until(world.serving, () => containers.deeds.filter((deed) => deed === "+a").length === starts);
      await until(world.serving, ({ switching }) => !switching && serverOf("default")?.state === "ready");
    }
    containers.end("a", crash, "segfault\n");
    await until(world.serving, () => serverOf("default")?.state === "failed");
    assert.equal(serverOf("default")?.reason?.code, "serverExited");
    await world.serving.close();
    assert.equal(containers.deeds.filter((deed) => deed === "+a").length, 3);
  });

  test("a clock that is set, by days and either way, unloads nothing and forgets no crash", async () => {
    let shift = 0;
    // Looks often, whatever the time to live.
    const sleep: typeof nodeClock.sleep = (delay, given) => nodeClock.sleep(millis(Math.min(delay, 20)), given);
    world.more = { ...world.more, clock: { ...nodeClock, sleep, wall: () => nodeClock.wall() + shift } };
    world.reopen();
    await add("t", { ttl: millis(60_000) });
    containers.slots = [{ id: 0, is_processing: false }];
    await ready("t");
    const told = (): number => Date.parse(serverOf("default")?.idleUntil ?? "") - shift;
    await until(world.serving, () => Number.isFinite(told()));
    const before = told();
    for (const days of [1, -1]) {
      shift = days * 86_400_000;
      await until(world.serving, () => Math.abs(told() - before) < 30_000);
      assert.equal(serverOf("default")?.state, "ready");
    }
    for (const starts of [2, 3]) {
      containers.end("t", crash, "segfault\n");
      await until(world.serving, () => containers.deeds.filter((deed) => deed === "+t").length === starts);
      await until(world.serving, ({ switching }) => !switching && serverOf("default")?.state === "ready");
      shift += 86_400_000;
    }
    containers.end("t", crash, "segfault\n");
    await until(world.serving, () => serverOf("default")?.state === "failed");
  });

  test("a flag that the program does not know stops the switch before anything else stops, unless it is forced", async () => {
    const asked: string[][] = [];
    world.more = {
      ...world.more,
      checkFlags: async ({ args }) => {
        asked.push([...args]);
        return args.includes("--draft-max") ? [{ flag: "--draft-max", renamedTo: "--spec-draft-max", near: [] }] : [];
      },
    };
    await ready("a");
    await add("old", { extraArgs: ["--draft-max", "8"] });
    await assert.rejects(
      world.serving.switchTo({ profile: "old" }, signal),
      (error) => isFault(error, "flagUnknown") && error.fault.instead === "--spec-draft-max",
    );
    assert.deepEqual(containers.deeds, ["+a"]);
    assert.equal(asked.length, 2);
    assert.equal((await world.serving.switchTo({ profile: "old", force: true }, signal)).outcome, "ready");
  });

  test("the new one is made before the old one stops; where that fails the old one goes on", async () => {
    await ready("a");
    const made: string[] = [];
    const { create } = containers;
    containers.create = async (spec, given) => {
      made.push(serverOf("default")?.state ?? "");
      return create(spec, given);
    };
    await ready("b");
    containers.create = () => Promise.reject(new Error("no room"));
    await assert.rejects(world.serving.switchTo({ profile: "a" }, signal), /no room/);
    assert.deepEqual([made, serverOf("default")?.profile, serverOf("default")?.state], [["ready"], "b", "ready"]);
    assert.deepEqual(containers.running(), ["b"]);
  });

  test("whoever holds streams open hears of a stop before it happens", async () => {
    const told: string[] = [];
    world.more = {
      ...world.more,
      beforeStop: async (server) => void told.push(`${server}: ${containers.deeds.join(" ")}`),
    };
    await ready("a");
    await ready("b");
    assert.deepEqual(told, ["default: +a"]);
  });

  test("the memory of the one before is waited for, and its end is told among the parts", async () => {
    const held = (pids: readonly number[]): readonly GpuFacts[] => [
      {
        uuid: "GPU-1",
        name: "Card",
        load: 0,
        memoryUsed: bytes(pids.length * 2 ** 30),
        memoryTotal: bytes(2 ** 34),
        celsius: undefined,
        watts: undefined,
        processes: pids.map((pid) => ({ pid, name: "llama-server", memory: bytes(2 ** 30) })),
      },
    ];
    const answers = [held([process.pid]), held([process.pid]), held([])];
    world.more = { ...world.more, gpu: { read: async () => answers.shift() ?? held([]) } };
    await ready("a");
    const result = await world.serving.switchTo({ profile: "b" }, signal);
    assert.equal(result.outcome, "ready");
    // One pause between two looks; timers may be a moment early.
    assert.ok((result.parts.memory ?? 0) >= 95, String(result.parts.memory));
    assert.deepEqual([result.warnings, answers], [[], []]);
  });

  test("one that nobody uses is unloaded after its time; what works is not", async () => {
    await add("t", { ttl: millis(400) });
    containers.slots = [{ id: 0, is_processing: false }];
    const began = Date.now();
    await ready("t");
    await until(world.serving, () => serverOf("default")?.idleUntil !== undefined);
    const first = Date.parse(serverOf("default")?.idleUntil ?? "");
    assert.ok(first >= began && first < Date.now() + 1000);
    await until(world.serving, () => serverOf("default")?.state === "off");
    assert.equal(serverOf("default")?.idleUntil, undefined);
    assert.deepEqual(containers.deeds, ["+t", "-t"]);
    // What does not say what it does is left alone, and what is at work stays.
    let [works, worked] = [true, 0];
    const slot = {
      id: 0,
      get is_processing() {
        if (works) worked = Date.now();
        return works;
      },
    };
    containers.slots = [slot];
    await ready("t");
    await until(world.serving, () => serverOf("default")?.idleUntil !== undefined);
    const before = Date.parse(serverOf("default")?.idleUntil ?? "");
    await until(world.serving, () => Date.parse(serverOf("default")?.idleUntil ?? "") >= before + 1000);
    assert.equal(serverOf("default")?.state, "ready");
    // Its time begins when the work was seen last, not with it; timers may be a moment early.
    works = false;
    await until(world.serving, () => serverOf("default")?.state === "off");
    assert.ok(Date.now() - worked >= 395, "it went before its time");
  });
});
