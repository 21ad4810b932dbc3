import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import type { RunningServer, Runtime, RuntimeProbe } from "../../../src/core/ports/runtime.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { type Fault, fault, isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { freePort } from "../../support/free-port.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();
const AWAY: Fault = { code: "engineUnreachable", address: "here", reason: "it is away" };
const isAway = (error: unknown): boolean => isFault(error, "engineUnreachable");

suite("servers whose engine goes while they still answer", () => {
  let world: ServingWorld;
  let containers: FakeRuntime;
  /** Its list says so rather than nothing, as an engine that was there a moment ago. */
  let listThrows = false;
  let tell: (state: RuntimeProbe) => void = () => undefined;
  const silent = new Set<string>();
  let stopped = Promise.withResolvers<void>();
  let elsewhere = 0;

  /** Of an engine that is away nothing can be stopped. */
  const refusing = (server: RunningServer): RunningServer => ({
    ...server,
    end: async (grace, given) => {
      if (containers.away) throw fault(containers.away);
      await server.end(grace, given);
    },
    stop: async (grace, given) => {
      if (containers.away) throw fault(containers.away);
      await server.stop(grace, given);
      stopped.resolve();
    },
  });
  const engine = (): Runtime => ({
    ...containers,
    create: async (spec, given) => {
      const made = await containers.create(spec, given);
      return {
        ...made,
        start: async (later) => {
          const started = await made.start(later);
          return { ...started, server: refusing(started.server) };
        },
      };
    },
    list: async (given) => {
      if (listThrows) throw fault(AWAY);
      return (await containers.list(given)).map(refusing);
    },
    watch: async (onState, given) => {
      tell = onState;
      await new Promise<void>((resolve) => given.addEventListener("abort", () => resolve(), { once: true }));
    },
  });

  setup(async () => {
    containers = createFakeRuntime("container");
    listThrows = false;
    silent.clear();
    stopped = Promise.withResolvers();
    elsewhere = await freePort();
    world = await openServingWorld(() => ({ containers: engine(), processes: createFakeRuntime("process") }));
    const book = createProfileBook({
      files: nodeFiles,
      settings: () => readSettings(world.values, world.folder).settings,
    });
    world.more = {
      profiles: {
        ...book,
        find: async (id, given) => ({
          ...(await book.find(id, given)),
          group: id === "b" ? "other" : "default",
          ...(id === "elsewhere" && { port: elsewhere }),
        }),
      },
      clock: { ...nodeClock, sleep: (time, given) => nodeClock.sleep(millis(Math.min(time, 20)), given) },
      http: {
        ...nodeServerHttp,
        get: async (url, limit, given) =>
          [...silent].some((one) => url.startsWith(one))
            ? { kind: "silent", reason: "nobody answers" }
            : nodeServerHttp.get(url, limit, given),
      },
    };
    await world.conf("[a]\nMODEL=a.gguf\n[b]\nMODEL=b.gguf\n\n");
    for (const name of ["a", "b"]) await world.model(`${name}.gguf`);
  });
  teardown(async () => {
    containers.away = undefined;
    listThrows = false;
    await world.dispose();
  });
  const stateOf = (server: string): string | undefined =>
    world.serving.status().servers.find((one) => one.server === server)?.state;

  test("one that is to stop and answers on is not ready again; it is stopped once the engine is back", async () => {
    const { serving } = world;
    await serving.switchTo({ profile: "a" }, signal);
    containers.away = AWAY;
    const seen: (string | undefined)[] = [];
    let looks = 0;
    const { list } = containers;
    const looked = new Promise<void>((resolve) => {
      containers.list = (given) => {
        if ((looks += 1) === 3) resolve();
        return list(given);
      };
    });
    await assert.rejects(serving.stop(undefined, signal), isAway);
    const watching = serving.onChange(() => seen.push(stateOf("default")));
    await Promise.race([looked, until(serving, ({ servers }) => servers[0]?.state === "ready")]);
    assert.ok(!seen.includes("ready"), seen.join());
    containers.away = undefined;
    await until(serving, ({ servers }) => servers[0]?.state === "off");
    watching.dispose();
    assert.deepEqual(containers.running(), []);
    assert.ok(!seen.includes("ready"), seen.join());
  });

  test("a stop of one that fails does not keep another from being watched", async () => {
    const { serving } = world;
    await serving.switchTo({ profile: "a" }, signal);
    assert.equal((await serving.switchTo({ profile: "b" }, signal)).outcome, "ready");
    containers.away = AWAY;
    tell({ available: false, fault: AWAY });
    assert.equal(stateOf("other"), "ready");
    await assert.rejects(serving.stop("default", signal), isAway);
    assert.equal(stateOf("other"), "ready");
    const url = serving.status().servers.find(({ server }) => server === "other")?.url;
    assert.ok(url);
    silent.add(url);
    await until(serving, () => stateOf("other") === "failed");
  });

  test("a stop that ends the server, and cannot ask the engine for what else there is, does not stay stopping", async () => {
    const { serving } = world;
    assert.equal((await serving.switchTo({ profile: "a" }, signal)).outcome, "ready");
    listThrows = true;
    await assert.rejects(serving.stop(undefined, signal), isAway);
    assert.equal(stateOf("default"), "failed");
    listThrows = false;
    await serving.stop(undefined, signal);
    assert.equal(stateOf("default"), "off");
  });

  for (const from of [["a"], []])
    test(`a switch from ${from.join() || "nothing"} that was cut off is finished once its engine is back, and .env stays its own till then`, async () => {
      const env = path.join(world.folder, ".env");
      await writeFile(path.join(world.folder, "compose.yaml"), "services:\n  llama:\n    image: acme/llama\n");
      await world.conf("[a]\nMODEL=a.gguf\n[c]\nMODEL=b.gguf\n");
      for (const profile of from) await world.serving.switchTo({ profile }, signal);
      containers.behave("c", { holdLoading: true });
      const cut = world.serving.switchTo({ profile: "c" }, signal).catch(() => undefined);
      await until(world.serving, ({ servers }) => servers[0]?.state === "loading" && servers[0].profile === "c");
      await world.serving.close();
      await cut;
      containers.away = AWAY;
      const again = world.reopen();
      await again.recover();
      await until(again, ({ switching, servers }) => switching === undefined && servers[0]?.state === "failed");
      assert.equal(again.status().servers[0]?.reason?.code, "engineUnreachable");
      assert.match(await readFile(env, "utf8"), /MODEL=b/);
      containers.away = undefined;
      containers.finishLoading("c");
      tell({ available: true, version: "1", address: "here" });
      await until(again, ({ switching, servers }) => switching === undefined && servers[0]?.state === "ready");
      assert.equal(again.status().servers[0]?.profile, "c");
      assert.deepEqual(containers.running(), ["c"]);
      assert.match(await readFile(env, "utf8"), /MODEL=b/);
    });

  test("what an engine that was away still runs goes where its place was taken meanwhile", async () => {
    await world.conf("[a]\nMODEL=a.gguf\n[elsewhere]\nMODEL=a.gguf\n");
    await world.serving.switchTo({ profile: "a" }, signal);
    await world.serving.close();
    containers.away = AWAY;
    const again = world.reopen();
    await again.recover();
    assert.equal((await again.switchTo({ profile: "elsewhere" }, signal)).outcome, "ready");
    assert.deepEqual(containers.running(), ["a"]);
    containers.away = undefined;
    tell({ available: true, version: "1", address: "here" });
    await stopped.promise;
    assert.deepEqual(containers.running(), []);
    await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.equal(again.status().servers[0]?.profile, "elsewhere");
  });
});
