import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import type { CreatedServer, RunningServer, Runtime, ServerSpec } from "../../../src/core/ports/runtime.ts";
import type { ServerAnswer, ServerHttp } from "../../../src/core/ports/server-http.ts";
import { routedModel } from "../../../src/core/serving/router/routed-model.ts";
import { routedRuntimes } from "../../../src/core/serving/router/routed-runtimes.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type FakeRuntime, createFakeRuntime } from "../../support/fake-runtime.ts";
import { openServingWorld } from "./deck.ts";

const { signal } = new AbortController();
const aborted = (given: AbortSignal): Promise<never> =>
  new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason), { once: true }));
const models = (status: string): ServerAnswer => ({
  kind: "answer",
  status: 200,
  body: { data: [{ id: "a", status: { value: status, args: ["--port", "4711"] } }] },
});

suite("a model in a router that answers late", () => {
  const host: RunningServer = {
    id: "h",
    kind: "process",
    url: "http://router",
    port: 1,
    labels: {},
    startedAt: 0,
    running: true,
    end: async () => undefined,
    stop: async () => undefined,
    processes: async () => [],
    exited: aborted,
    follow: async () => undefined,
    memory: async () => undefined,
  };
  const load = { model: "a", labels: {}, before: new Set<number>() };

  test("one whose process nobody could tell is the one that is up there, and is unloaded", async () => {
    let status = "loaded";
    const posted: string[] = [];
    const http: Pick<ServerHttp, "get" | "post" | "lines"> = {
      get: async () => models(status),
      post: async (url) => {
        posted.push(url);
        status = "unloaded";
        return { kind: "answer", status: 200, body: {} };
      },
      lines: (_url, _open, _line, given) => aborted(given),
    };
    const model = routedModel(host, { ...load, port: 0 }, { http, clock: nodeClock });
    await model.end(millis(0), signal);
    assert.deepEqual(posted, ["http://router/models/unload"]);
  });

  test("who lets go of it while the router is asked leaves no failure behind that nobody hears of", async () => {
    const asked = Promise.withResolvers<void>();
    const http: Pick<ServerHttp, "get" | "post" | "lines"> = {
      get: (_url, _limit, given) => {
        asked.resolve();
        return aborted(given);
      },
      post: async () => models("loaded"),
      lines: (_url, open, _line, given) => {
        open();
        return aborted(given);
      },
    };
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", hear);
    try {
      const over = new AbortController();
      const model = routedModel(host, { ...load, port: 4711 }, { http, clock: nodeClock });
      const exited = model.exited(over.signal);
      await asked.promise;
      over.abort();
      await assert.rejects(exited);
      await new Promise(setImmediate);
      assert.deepEqual(unheard, []);
    } finally {
      process.removeListener("unhandledRejection", hear);
      for (const other of others) process.on("unhandledRejection", other);
    }
  });
});

suite("what is left of a model that ended by itself", () => {
  const ends = async (how: "model" | "host") => {
    const deeds: string[] = [];
    const crashed = models("unloaded");
    let answers: () => Promise<ServerAnswer> = async () => crashed;
    const http: Pick<ServerHttp, "get" | "post" | "lines"> = {
      get: () => answers(),
      post: async (url) => {
        deeds.push(url);
        return models("unloaded");
      },
      lines: (_url, open, _line, given) => {
        if (how === "model") open();
        return aborted(given);
      },
    };
    const host: RunningServer = {
      id: "h",
      kind: "process",
      url: "http://router",
      port: 1,
      labels: {},
      startedAt: 0,
      running: true,
      end: async () => void deeds.push("end"),
      stop: async () => void deeds.push("stop"),
      processes: async () => [],
      exited: (given) => (how === "host" ? Promise.resolve({ code: 1, oomKilled: false }) : aborted(given)),
      follow: async () => undefined,
      memory: async () => undefined,
    };
    const load = { model: "a", port: 0, labels: {}, before: new Set<number>() };
    const model = routedModel(host, load, { http, clock: nodeClock });
    await model.exited(signal);
    return { model, deeds, says: (answer: ServerAnswer) => void (answers = async () => answer) };
  };

  test("is nothing, and the router that loads another one by now stays up, however silent it is", async () => {
    const { model, deeds, says } = await ends("model");
    says({ kind: "silent", reason: "no answer" });
    await model.stop(millis(0), signal);
    await model.end(millis(0), signal);
    assert.deepEqual(deeds, []);
  });

  test("is the router's where that ended; the one that answers in its place by now is another, and keeps what it has", async () => {
    const { model, deeds, says } = await ends("host");
    says(models("loaded"));
    await model.stop(millis(0), signal);
    assert.deepEqual(deeds, ["stop"]);
  });
});

suite("a router that was made and is not started", () => {
  let folder = "";
  let containers: FakeRuntime;
  setup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "modeldeck-made-"));
    containers = createFakeRuntime("container");
  });
  teardown(() => rm(folder, { recursive: true }));
  const make = (
    environment: Readonly<Record<string, string>> = {},
    world: Runtime = containers,
  ): Promise<CreatedServer> => {
    const routed = routedRuntimes(
      { containers: world, processes: createFakeRuntime("process") },
      {
        http: nodeServerHttp,
        clock: nodeClock,
        files: { ...nodeFiles, replace: () => Promise.reject(new Error("no room")) },
        digest: nodeDigest,
        folder: path.join(folder, "routers"),
      },
    );
    const spec: ServerSpec = {
      kind: "container",
      image: "x",
      group: "default",
      args: [],
      environment,
      labels: { group: "default", profile: "a", router: "fast" },
      hostPort: 1,
      containerPort: 8080,
      mounts: [],
      workingFolder: "/",
      hardening: { readOnlyRoot: true, temporary: {}, processLimit: 64 },
      gpus: "all",
      router: { name: "fast", model: "a", preset: [], args: [], mounts: [], files: [] },
    };
    return routed.containers.create(spec, signal);
  };
  const labels = async (): Promise<readonly string[]> =>
    (await containers.list(signal)).map((server) => JSON.stringify(server.labels));

  test("nothing of it is left", async () => {
    const made = await make();
    assert.equal((await labels()).length, 1);
    await assert.rejects(made.start(signal), /no room/);
    assert.deepEqual(await labels(), []);
  });

  test("is made beside one that could have the model, where that one is on an engine that is not chosen any more", async () => {
    await make();
    const [first] = await containers.list(signal);
    assert.ok(first);
    for (const [engine, made] of [
      [undefined, 0],
      ["unix:///before.sock", 1],
    ] as const) {
      const { create } = containers;
      let creates = 0;
      const running = { ...containers, list: async () => [{ ...first, running: true, engine }] };
      running.create = async (...asked) => {
        creates += 1;
        return create(...asked);
      };
      await make({}, running);
      assert.equal(creates, made);
    }
  });

  test("what it is told in its environment stands in no label, though another value makes it another router", async () => {
    await make({ HF_TOKEN: "hunter2" });
    await make({ HF_TOKEN: "hunter3" });
    const [one, other] = await labels();
    assert.doesNotMatch(`${one} ${other}`, /hunter/);
    assert.notEqual(one, other);
  });
});

suite("a router and an engine on another machine", () => {
  test("it is refused in words before anything is touched: its presets are written here", async () => {
    const containers = createFakeRuntime("container");
    const far = { available: true, version: "1", address: "tcp://far:2376", host: "far" } as const;
    const world = await openServingWorld(() => ({
      containers: { ...containers, probe: async () => far },
      processes: createFakeRuntime("process"),
    }));
    try {
      await world.conf("[a]\nMODEL=a.gguf\n[routed]\nMODEL=a.gguf\nROUTER=fast\n");
      await world.model("a.gguf");
      await world.serving.switchTo({ profile: "a" }, signal);
      await assert.rejects(
        world.serving.switchTo({ profile: "routed" }, signal),
        (error) => isFault(error, "configInvalid") && error.fault.problem.includes("another machine"),
      );
      assert.deepEqual(containers.deeds, ["+a"]);
    } finally {
      await world.dispose();
    }
  });
});
