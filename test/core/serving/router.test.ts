import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { RunningServer, Runtime } from "../../../src/core/ports/runtime.ts";
import type { Server } from "../../../src/core/protocol/serving.ts";
import { serverTile } from "../../../src/core/present/server-tile.ts";
import { servingItem } from "../../../src/core/present/serving-words.ts";
import { createServingMetrics } from "../../../src/core/serving/metrics/create-metrics.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { processTimes } from "../../../src/core/adapters/process-times.ts";
import { isUp, readModels } from "../../../src/core/serving/router/router-answers.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { patientHttp } from "../../support/patient-http.ts";
import { withTtl } from "./router-profiles.ts";
import { type ServingWorld, openServingWorld, until } from "./deck.ts";

const { signal } = new AbortController();
const FAKE = path.join(import.meta.dirname, "../../support/fake-llama-server.mjs");

suite("a llama-server in router mode", function () {
  this.timeout(180_000);
  let world: ServingWorld;
  let processes: Runtime;

  setup(async () => {
    world = await openServingWorld(
      (storage) => {
        processes = createProcessRuntime({ storage });
        return { containers: createFakeRuntime("container"), processes };
      },
      { "serving.engine": "process", "backends.llama.cpp.binary": FAKE },
    );
    for (const name of ["a", "b", "c", "slow", "alone"]) await world.model(`${name}.gguf`);
    await world.model("bad.gguf", "NOPE, this is no model");
    await world.conf(
      [
        "[a]\nNAME=The first\nMODEL=a.gguf\nCTX_SIZE=1024\nROUTER=fast",
        "[b]\nNAME=The second\nMODEL=b.gguf\nCTX_SIZE=512\nROUTER=fast",
        "[slow]\nMODEL=slow.gguf\nROUTER=fast\nEXTRA_ARGS=--fake-load-ms 60000",
        "[bad]\nNAME=Broken\nMODEL=bad.gguf\nROUTER=fast",
        "[flag]\nMODEL=a.gguf\nROUTER=fast\nEXTRA_ARGS=--no-such-flag 3",
        "[crash]\nMODEL=c.gguf\nROUTER=fast\nEXTRA_ARGS=--fake-exit 7",
        "[greedy]\nNAME=Greedy\nMODEL=c.gguf\nCTX_SIZE=32768\nROUTER=fast\nEXTRA_ARGS=--fake-log cudaErrorOutOfMemory --fake-exit 1",
        "[keyed]\nMODEL=a.gguf\nROUTER=fast\nEXTRA_ARGS=--api-key secret",
        "[other]\nMODEL=b.gguf\nROUTER=second",
        "[alone]\nMODEL=alone.gguf\nCTX_SIZE=256",
      ].join("\n"),
    );
  });
  teardown(() => world.dispose());

  const now = (): Server | undefined => world.serving.status().servers[0];
  const ready = async (profile: string, overrides = {}) => {
    const result = await world.serving.switchTo({ profile, overrides }, signal);
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    return result;
  };
  /** Processes of ours that run, as the runtime itself has them: a router is one. */
  const running = async (): Promise<readonly RunningServer[]> =>
    (await processes.list(signal)).filter((server) => server.running);
  const endedWhileLoading = async (how: NodeJS.Signals, onEnd = (): void => undefined) => {
    const [router] = await running();
    const ours = new Set(await router?.processes(signal));
    const switching = world.serving.switchTo({ profile: "slow", overrides: { context: 32_768 } }, signal);
    await until(world.serving, ({ servers }) => servers[0]?.profile === "slow" && servers[0].progress?.done === 2);
    const model = (await router?.processes(signal))?.find((pid) => !ours.has(pid));
    assert.ok(model);
    onEnd();
    process.kill(model, how);
    return switching;
  };
  /** Whether the router has that model up. */
  const isUpWithin = async (model: string): Promise<boolean> => {
    const told = await nodeServerHttp.get(`http://127.0.0.1:${world.port}/models`, millis(60_000), signal);
    return readModels(told)?.some((one) => one.model === model && isUp(one)) === true;
  };
  /** Who answers a request that names the profile, as a client would ask. */
  const answers = async (model: string): Promise<unknown> => {
    const answer = await nodeServerHttp.post(
      `http://127.0.0.1:${world.port}/v1/chat/completions`,
      { model, messages: [] },
      millis(60_000),
      signal,
    );
    if (answer.kind === "silent") return answer.reason;
    const body = JSON.stringify(answer.body);
    return /"content":"([^"]*)"/.exec(body)?.[1] ?? /"message":"([^"]*)"/.exec(body)?.[1];
  };

  test("a switch among its models goes by load and unload, in one server that stays up", async () => {
    const first = await ready("a");
    const [router] = await running();
    assert.deepEqual([first.readBack?.context, path.basename(first.readBack?.modelPath ?? "")], [1024, "a.gguf"]);
    assert.equal(await answers("a"), "from a");
    const second = await ready("b");
    assert.equal(second.readBack?.context, 512);
    assert.equal(second.url, first.url);
    assert.deepEqual([await answers("b"), await answers("a")], ["from b", "model not found"]);
    await ready("a");
    assert.equal(await answers("a"), "from a");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
    assert.deepEqual(world.complaints, []);
  });

  test("status, status bar and tile tell the model and the router", async () => {
    await ready("a");
    const server = now();
    assert.deepEqual([server?.title, server?.router, server?.state], ["The first", "fast", "ready"]);
    assert.equal(servingItem(world.serving.status()).text, "$(server-process) The first · router fast");
    assert.match(servingItem(world.serving.status()).tooltip, /One of the models of the router fast/);
    assert.ok(server && serverTile(server, undefined, 0).subtitle.startsWith("a · router fast · http"));
  });

  test("its log is the model's own, from its start, under the separator", async () => {
    await ready("a");
    await ready("b");
    await world.serving.stop(undefined, signal);
    const { lines } = world.serving.logs({});
    const [a, b] = [lines.indexOf("--- Switching to The first ---"), lines.indexOf("--- Switching to The second ---")];
    const loads = lines.flatMap((line, at) => (line.includes("loading model") ? [at] : []));
    assert.equal(loads.length, 2);
    assert.ok(a < (loads[0] ?? 0) && (loads[0] ?? 0) < b && b < (loads[1] ?? 0), lines.join("\n"));
    assert.ok(!lines.some((line) => /^\[\d+\]/.test(line)));
  });

  test("what is asked at the moment of loading holds, and differs from what ran", async () => {
    await ready("a");
    const again = await ready("a", { context: 2048 });
    assert.equal(again.readBack?.context, 2048);
    assert.equal((await running()).length, 1);
    const same = await ready("a", { context: 2048 });
    assert.equal(same.parts.start, undefined);
  });

  test("a model that does not load goes back to the one before, with reason and log", async () => {
    await ready("a");
    const [router] = await running();
    const result = await world.serving.switchTo({ profile: "bad" }, signal);
    assert.deepEqual([result.outcome, result.running, result.reason?.code], ["rolledBack", "a", "formatInvalid"]);
    assert.match(result.reason?.message ?? "", /invalid magic/);
    assert.ok(result.logTail?.some((line) => line.includes("exiting due to model loading error")));
    assert.equal(await answers("a"), "from a");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
    assert.equal(now()?.reason?.code, "formatInvalid");
  });

  test("one that runs out of memory is offered what would help, and so is one that the system ends without a word", async () => {
    const offers = [
      { kind: "context", context: 16_384 },
      { kind: "cacheType", cacheType: "q8_0" },
    ];
    await ready("a");
    const told = await world.serving.switchTo({ profile: "greedy" }, signal);
    assert.deepEqual([told.outcome, told.running, told.reason?.code], ["rolledBack", "a", "outOfMemory"]);
    assert.deepEqual(told.offers?.slice(0, 2), offers);
    assert.deepEqual(now()?.offers, told.offers);

    const killed = await endedWhileLoading("SIGKILL");
    assert.deepEqual([killed.outcome, killed.running, killed.reason?.code], ["rolledBack", "a", "outOfMemory"]);
    assert.deepEqual(killed.offers, offers);
    assert.equal(await answers("a"), "from a");
  });

  test("one that crashes while it loads has not run out of memory, where the system says that it ended nobody", async () => {
    await ready("a");
    world.oomKills = 7;
    const crashed = await endedWhileLoading("SIGSEGV");
    assert.deepEqual([crashed.outcome, crashed.running, crashed.reason?.code], ["rolledBack", "a", "serverExited"]);
    assert.match(crashed.reason?.message ?? "", /ended while it loaded, without a word/);
    assert.equal(crashed.offers, undefined);
    const killed = await endedWhileLoading("SIGKILL", () => void (world.oomKills = 8));
    assert.equal(killed.reason?.code, "outOfMemory");
  });

  test("of the environment it gets what a router works with: no key, and nothing that makes it another server", async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      LLAMA_API_KEY: "secret",
      LLAMA_ARG_MODEL: "/elsewhere.gguf",
      LLAMA_ARG_API_PREFIX: "/v",
    });
    try {
      await ready("a");
      const [router] = await running();
      const pid = (await router?.processes(signal))?.[0];
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      if (process.platform === "linux") assert.match(environment, /LLAMA_ARG_LOG_VERBOSITY=4/);
      assert.doesNotMatch(environment, /LLAMA_API_KEY|LLAMA_ARG_MODEL=|LLAMA_ARG_API_PREFIX/);
    } finally {
      for (const name of ["LLAMA_API_KEY", "LLAMA_ARG_MODEL", "LLAMA_ARG_API_PREFIX"])
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
    }
    assert.equal(await answers("a"), "from a");
  });

  test("a restart loads its model anew, in the same router", async () => {
    await ready("b");
    const [router] = await running();
    const before = new Set(await router?.processes(signal));
    const again = await world.serving.restart(undefined, {}, signal);
    assert.deepEqual([again.outcome, again.running], ["ready", "b"]);
    const [same, ...others] = await running();
    assert.deepEqual([same?.id, others], [router?.id, []]);
    const after = (await same?.processes(signal)) ?? [];
    assert.deepEqual(
      [after.length, after.filter((pid) => before.has(pid)).length],
      [2, 1],
      "its own process alone is new",
    );
    assert.equal(await answers("b"), "from b");
  });

  test("a model that does not load leaves nothing said to be ready where nothing was before", async () => {
    const result = await world.serving.switchTo({ profile: "crash" }, signal);
    assert.deepEqual([result.outcome, result.reason?.code], ["failed", "serverExited"]);
    assert.equal(now()?.state, "failed");
    assert.equal((await ready("a")).outcome, "ready");
  });

  test("a flag the server does not know is named, whether the router runs or has to be started", async () => {
    const first = await world.serving.switchTo({ profile: "flag" }, signal);
    assert.deepEqual([first.outcome, first.reason?.code], ["failed", "flagUnknown"], JSON.stringify(first));
    await ready("a");
    const second = await world.serving.switchTo({ profile: "flag" }, signal);
    assert.deepEqual([second.outcome, second.running, second.reason?.code], ["rolledBack", "a", "flagUnknown"]);
    assert.match(second.reason?.message ?? "", /--no-such-flag/);
    assert.equal(await answers("a"), "from a");
  });

  test("a build without routers is found out while the model before goes on", async () => {
    world.more = {
      checkFlags: async ({ args }) =>
        ["--models-preset", "--models-max"].filter((flag) => args.includes(flag)).map((flag) => ({ flag, near: [] })),
    };
    world.reopen();
    await ready("alone");
    await assert.rejects(
      world.serving.switchTo({ profile: "a" }, signal),
      (error) => isFault(error, "flagUnknown") && error.fault.flag.startsWith("--models-"),
    );
    assert.deepEqual([now()?.profile, now()?.state], ["alone", "ready"]);
  });

  test("what a router cannot be told is refused before anything is touched", async () => {
    await ready("a");
    await assert.rejects(world.serving.switchTo({ profile: "keyed" }, signal), /--api-key has no place in a router/);
    assert.equal(await answers("a"), "from a");
  });

  test("the load tells how far it is, and cancelled it gives way to the one before", async () => {
    await ready("a");
    const cancelled = new AbortController();
    const switching = world.serving.switchTo({ profile: "slow" }, cancelled.signal);
    await until(world.serving, ({ servers }) => servers[0]?.profile === "slow" && servers[0].progress?.done === 2);
    assert.deepEqual(now()?.progress, { kind: "bytes", done: 2, total: 4 });
    cancelled.abort();
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["cancelled", "a"]);
    assert.equal(await answers("a"), "from a");
    assert.equal((await running()).length, 1);
  });

  test("the latest pick wins over one that loads", async () => {
    await ready("a");
    const slow = world.serving.switchTo({ profile: "slow" }, signal);
    await until(world.serving, ({ servers }) => servers[0]?.profile === "slow" && servers[0].state === "loading");
    const latest = await world.serving.switchTo({ profile: "b", onBusy: "replace" }, signal);
    assert.deepEqual([latest.outcome, (await slow).outcome], ["ready", "cancelled"]);
    assert.equal(await answers("b"), "from b");
    assert.equal((await running()).length, 1);
  });

  test("unloaded it stays up without a model and says so; stopped once more it goes", async () => {
    await ready("a");
    await world.serving.stop(undefined, signal);
    assert.deepEqual([now()?.state, now()?.router], ["off", "fast"]);
    assert.equal(await answers("a"), "model is not loaded");
    const [router] = await running();
    await ready("b");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
    await world.serving.stop(undefined, signal);
    await world.serving.stop(undefined, signal);
    assert.deepEqual([now()?.state, now()?.router], ["off", undefined]);
    assert.deepEqual(await running(), []);
  });

  test("unused for its time it is unloaded", async () => {
    await world.conf("[a]\nMODEL=a.gguf\nROUTER=fast\n");
    world.more = { profiles: withTtl(world, millis(200)) };
    world.reopen();
    await ready("a");
    await until(world.serving, ({ servers }) => servers[0]?.state === "off");
    assert.equal(now()?.router, "fast");
    assert.equal(await answers("a"), "model is not loaded");
    assert.equal((await running()).length, 1);
  });

  test("a later start of the program adopts the model, and goes on with the router", async () => {
    await ready("a", { context: 2048 });
    const [router] = await running();
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.deepEqual([now()?.title, now()?.router, now()?.readBack?.context], ["The first", "fast", 2048]);
    await ready("b");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
    assert.equal(await answers("b"), "from b");
  });

  test("a router left without a model is taken away by a later start of the program", async () => {
    await ready("a");
    await world.serving.stop(undefined, signal);
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    await until(again, ({ switching }) => switching === undefined);
    assert.deepEqual(await running(), []);
  });

  test("a model that a person loaded into the router by its own page stays up until the router is stopped", async () => {
    await ready("a");
    const file = path.join(world.folder, "storage/routers/default.fast/presets.ini");
    await appendFile(file, `\n[mine]\nm = ${path.join(world.folder, "b.gguf")}\n`);
    const url = `http://127.0.0.1:${world.port}`;
    await nodeServerHttp.get(`${url}/models?reload=1`, millis(60_000), signal);
    await nodeServerHttp.post(`${url}/models/load`, { model: "mine" }, millis(60_000), signal);
    await until(world.serving, ({ servers }) => servers[0]?.state === "failed");
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    assert.deepEqual([now()?.state, now()?.router], ["off", "fast"]);
    assert.equal(await isUpWithin("mine"), true);
    await again.stop(undefined, signal);
    assert.deepEqual([now()?.state, now()?.router, await running()], ["off", undefined, []]);
  });

  test("a profile with a server of its own takes the router's place, and the other way round", async () => {
    await ready("a");
    const alone = await ready("alone");
    assert.equal(alone.readBack?.context, 256);
    assert.deepEqual([now()?.router, (await running()).length], [undefined, 1]);
    await ready("b");
    assert.deepEqual([now()?.router, (await running()).length], ["fast", 1]);
    const failed = await world.serving.switchTo({ profile: "bad" }, signal);
    assert.deepEqual([failed.outcome, failed.running], ["rolledBack", "b"]);
    await ready("alone");
    const back = await world.serving.switchTo({ profile: "bad" }, signal);
    assert.deepEqual([back.outcome, back.running], ["rolledBack", "alone"], JSON.stringify(back));
    assert.deepEqual([now()?.router, (await running()).length], [undefined, 1]);
  });

  test("another router of the group replaces the first", async () => {
    await ready("a");
    await ready("other");
    assert.deepEqual([now()?.router, (await running()).length, await answers("other")], ["second", 1, "from other"]);
  });

  test("a router that is killed has failed, and the next switch starts another", async () => {
    await ready("a");
    const [router] = await running();
    await router?.end(millis(0), signal);
    await until(world.serving, ({ servers }) => servers[0]?.state === "failed");
    await ready("b");
    assert.equal(await answers("b"), "from b");
  });

  test("figures are asked of the model that is meant", async () => {
    await ready("a");
    const asked: string[] = [];
    const metrics = createServingMetrics({
      clock: nodeClock,
      http: {
        get: (url, ...rest) => (asked.push(url), patientHttp.get(url, ...rest)),
        text: (url, ...rest) => (asked.push(url), patientHttp.text(url, ...rest)),
      },
      times: processTimes(),
      gpu: { read: async () => [] },
      containers: createFakeRuntime("container"),
      processes,
      servers: () => world.serving.status().servers,
      onLog: world.serving.onLog,
      log: { warn: () => undefined },
    });
    await metrics.watch(signal);
    const figures = metrics.read().get("default");
    metrics.close();
    assert.deepEqual(asked.map((url) => url.slice(url.indexOf("/", 8))).toSorted(), [
      "/metrics?model=a&autoload=false",
      "/slots?model=a&autoload=false",
    ]);
    assert.deepEqual([figures?.running, figures?.contextSize], [0, 4096]);
  });
});
