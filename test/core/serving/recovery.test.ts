import assert from "node:assert/strict";
import type { RunningServer } from "../../../src/core/ports/runtime.ts";
import { planRecovery } from "../../../src/core/serving/plan-recovery.ts";
import type { JournalEntry } from "../../../src/core/serving/switch-journal.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();
const a = { profile: "a", overrides: {} };
const b = { profile: "b", overrides: { context: 512 } };

suite("what a start makes of what it finds", () => {
  const server = (profile: string, startedAt: number, running = true): RunningServer => ({
    id: `${profile}${startedAt}`,
    kind: "process",
    url: "",
    port: 1,
    labels: { profile },
    startedAt,
    running,
    end: async () => undefined,
    stop: async () => undefined,
    processes: async () => [],
    exited: async () => ({ code: 0, oomKilled: false }),
    follow: async () => undefined,
    memory: async () => undefined,
  });
  const plan = (entry: JournalEntry | undefined, ...servers: readonly RunningServer[]) => {
    const { adopt, remove, adopted, lastGood, interrupted } = planRecovery(entry, servers);
    return {
      adopt: adopt?.id,
      remove: remove.map(({ id }) => id),
      adopted: adopted?.profile,
      lastGood: lastGood?.profile,
      interrupted,
    };
  };
  const nothing = { adopt: undefined, remove: [], adopted: undefined, lastGood: undefined, interrupted: undefined };

  test("what was ready is adopted, its leftovers go", () => {
    assert.deepEqual(
      plan({ state: "ready", lastGood: a }, server("a", 1), server("a", 2), server("b", 3), server("a", 4, false)),
      {
        ...nothing,
        adopt: "a2",
        remove: ["a1", "b3", "a4"],
        adopted: "a",
      },
    );
    assert.deepEqual(plan({ state: "ready", lastGood: a }), nothing);
    assert.deepEqual(plan({ state: "ready", lastGood: a }, server("a", 1, false)), { ...nothing, remove: ["a1"] });
  });
  test("a server that no journal knows is adopted all the same", () => {
    assert.deepEqual(plan(undefined, server("b", 1)), { ...nothing, adopt: "b1", adopted: "b" });
  });
  test("a stop that was cut off is carried through", () => {
    assert.deepEqual(plan({ state: "off" }, server("a", 1)), { ...nothing, remove: ["a1"] });
  });
  test("a switch that was cut off is finished where its server runs, else it is as it was, else it goes back", () => {
    const entry: JournalEntry = { state: "switching", to: b, lastGood: a };
    assert.deepEqual(plan(entry, server("a", 1), server("b", 2)), {
      adopt: "b2",
      remove: ["a1"],
      adopted: "b",
      lastGood: "a",
      interrupted: "finish",
    });
    assert.deepEqual(plan(entry, server("a", 1)), {
      adopt: "a1",
      remove: [],
      adopted: "a",
      lastGood: "a",
      interrupted: "undone",
    });
    assert.deepEqual(plan(entry, server("b", 2, false)), {
      ...nothing,
      remove: ["b2"],
      lastGood: "a",
      interrupted: "goBack",
    });
    assert.deepEqual(plan({ state: "switching", to: b }), nothing);
  });
});

suite("after a restart of the program", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  let processes: FakeRuntime;

  setup(async () => {
    containers = createFakeRuntime("container");
    processes = createFakeRuntime("process");
    world = await openServingWorld(() => ({ containers, processes }));
    await world.conf("[a]\nNAME=Model A\nMODEL=a.gguf\n[b]\nNAME=Model B\nMODEL=b.gguf\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
  });
  teardown(() => world.dispose());

  test("what runs is adopted, and is ready when it says so, not before", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    await world.serving.close();
    const again = world.reopen();
    assert.deepEqual(again.status().servers, []);
    const seen: string[] = [];
    again.onChange(() => seen.push(again.status().servers[0]?.state ?? ""));
    await again.recover();
    await until(again, ({ servers }) => servers[0]?.state === "ready");
    assert.ok(seen.indexOf("loading") >= 0 && seen.indexOf("loading") < seen.indexOf("ready"));
    assert.equal(again.status().servers[0]?.title, "Model A");
    assert.deepEqual(containers.deeds, ["+a"]);
    assert.ok(again.logs({}).lines.includes("started"));
    // And a failed switch goes back to it.
    containers.behave("b", { exit: { code: 1, oomKilled: false } });
    await until(again, ({ switching }) => switching === undefined);
    assert.equal((await again.switchTo({ profile: "b" }, signal)).outcome, "rolledBack");
    await again.stop(undefined, signal);
    assert.deepEqual(await containers.list(signal), []);
  });

  for (const loads of [true, false])
    test(`a switch that was cut off while it loaded is ${loads ? "finished" : "rolled back where it cannot be"}`, async () => {
      await world.serving.switchTo({ profile: "a" }, signal);
      containers.behave("b", { holdLoading: true });
      const cut = world.serving.switchTo({ profile: "b" }, signal).catch(() => undefined);
      await until(world.serving, ({ servers }) => servers[0]?.state === "loading");
      await world.serving.close();
      await cut;
      assert.deepEqual(containers.running(), ["b"]);
      const again = world.reopen();
      await again.recover();
      await until(again, ({ servers }) => servers[0]?.state === "loading");
      assert.equal(again.status().servers[0]?.profile, "b");
      if (loads) containers.finishLoading("b");
      else containers.end("b", { code: 1, oomKilled: false }, "boom\n");
      await until(again, ({ servers }) => servers[0]?.state === "ready");
      const [server] = again.status().servers;
      assert.equal(server?.profile, loads ? "b" : "a");
      assert.equal(server?.reason?.code, loads ? undefined : "serverExited");
      assert.deepEqual(containers.running(), [server?.profile]);
    });

  test("a switch that was cut off between stop and start goes back, and says why", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    const body = { state: "switching", to: b, lastGood: a };
    await world.serving.close();
    for (const server of await containers.list(signal)) await server.stop(millis(0), signal);
    await world.database.commit([
      {
        table: "switches",
        key: "default",
        after: { group: "default", state: "switching", body_json: JSON.stringify(body) },
      },
    ]);
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers }) => servers[0]?.state === "ready");
    assert.deepEqual([again.status().servers[0]?.profile, again.status().servers[0]?.reason?.code], ["a", "ownerGone"]);
  });

  for (const [what, exit, code] of [
    ["ends then, had been asked to", { code: 0, oomKilled: false }, "ownerGone"],
    ["is killed for want of memory then, says so", { code: 137, oomKilled: true }, "outOfMemory"],
    ["breaks down then, says so", { code: 1, oomKilled: false }, "serverExited"],
  ] as const)
    test(`the one before, that runs on after a switch was cut off and ${what}: it is started again`, async () => {
      containers.behave("a", { holdLoading: true });
      const first = world.serving.switchTo({ profile: "a" }, signal);
      await containers.starting("a");
      containers.finishLoading("a");
      await first;
      await world.serving.close();
      const body = { state: "switching", to: b, lastGood: a };
      await world.database.commit([
        {
          table: "switches",
          key: "default",
          after: { group: "default", state: "switching", body_json: JSON.stringify(body) },
        },
      ]);
      const [asked] = await containers.list(signal);
      assert.equal(asked?.running, true);
      const again = world.reopen();
      again.onChange(() => {
        // It has said nothing yet, and is gone.
        if (containers.deeds.length === 1 && again.status().servers[0]?.state === "loading") containers.end("a", exit);
      });
      containers.behave("a", {});
      await again.recover();
      await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
      assert.deepEqual([again.status().servers[0]?.profile, again.status().servers[0]?.reason?.code], ["a", code]);
      assert.deepEqual(containers.running(), ["a"]);
      assert.deepEqual(containers.deeds.filter((deed) => deed === "+a").length, 2);
    });

  test("a switch asked for at once waits for what was found, and replaces it", async () => {
    await world.serving.switchTo({ profile: "a" }, signal);
    await world.serving.close();
    const again = world.reopen();
    const result = await again.switchTo({ profile: "b", onBusy: "queue" }, signal);
    assert.deepEqual([result.outcome, containers.deeds], ["ready", ["+a", "-a", "+b"]]);
  });

  test("a journal that cannot be read does not keep anything from working", async () => {
    await world.database.commit([
      { table: "switches", key: "default", after: { group: "default", state: "ready", body_json: "{" } },
    ]);
    await world.serving.recover();
    assert.equal((await world.serving.switchTo({ profile: "a" }, signal)).outcome, "ready");
  });
});
