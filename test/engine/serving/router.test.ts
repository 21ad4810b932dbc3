import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { availableParallelism } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { RunningServer, Runtime } from "../../../src/core/ports/runtime.ts";
import type { Server } from "../../../src/core/protocol/serving.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { processTimes } from "../../../src/core/adapters/process-times.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { commandLine } from "../../../src/core/serving/desk/command-line.ts";
import { createServingMetrics } from "../../../src/core/serving/metrics/create-metrics.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type ServingWorld, openServingWorld, until } from "../../core/serving/deck.ts";
import { containerSpec } from "../../support/container-spec.ts";
import { askEngine } from "../../support/engine-api.ts";
import { needs } from "../../support/needs.ts";
import { patientHttp } from "../../support/patient-http.ts";
import { serveWithDocker } from "../../support/serve-with.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();

suite("a real llama-server in router mode, in a container", function () {
  this.timeout(180_000);
  let world: ServingWorld;
  let dockerHost: string;
  let image: string;
  let containers: Runtime;

  suiteSetup(async function () {
    this.timeout(300_000);
    const { how } = needs(this, "engine", await serveWithDocker());
    if (how.kind !== "docker") throw new Error("no engine");
    ({ image } = how);
    dockerHost = how.engine.host;
  });
  setup(async () => {
    world = await openServingWorld(
      (storage) => {
        containers = createDockerRuntime({ storage, dockerHost: () => dockerHost });
        return { containers, processes: createProcessRuntime({ storage }) };
      },
      { "serving.engine": "docker", "serving.dockerHost": dockerHost, "backends.llama.cpp.image": image },
    );
    const file = (model: string): string => path.join(world.folder, `${model}.gguf`);
    writeTinyGguf({ file: file("a"), reply: "I am the first one." });
    writeTinyGguf({ file: file("b"), reply: "And this is the second." });
    writeTinyGguf({ file: file("c"), reply: "Late comes the third." });
    writeTinyGguf({ file: file("endless"), reply: "And so on", loop: true });
    writeTinyGguf({ file: file("stranger"), reply: "Nobody serves me." });
    writeTinyGguf({ file: file("bad"), break: "truncate" });
    writeTinyGguf({ file: file("slow"), sizeMb: 600, fill: "zero" });
    await world.conf(PROFILES.join("\n"));
  });
  teardown(() => world.dispose());

  const now = (): Server | undefined => world.serving.status().servers[0];
  const ready = async (profile: string, overrides = {}) => {
    const result = await world.serving.switchTo({ profile, overrides }, signal);
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    return result;
  };
  const running = async (): Promise<readonly RunningServer[]> =>
    (await containers.list(signal)).filter((server) => server.running);
  /** Text of a chat with the model the profile names. */
  const chat = async (model: string): Promise<string> => {
    const answer = await nodeServerHttp.post(
      `${now()?.url ?? ""}/v1/chat/completions`,
      { model, messages: [{ role: "user", content: "Hi" }], max_tokens: 64 },
      millis(60_000),
      signal,
    );
    const body = JSON.stringify(answer.kind === "answer" ? answer.body : answer.reason);
    return /"content":"([^"]*)"/.exec(body)?.[1] ?? body;
  };

  test("switches from A to B and back by load and unload, with the answers of each", async () => {
    const first = await ready("a");
    const [router] = await running();
    assert.deepEqual([first.readBack?.context, first.readBack?.slots, first.warnings], [1024, 4, []]);
    assert.equal(await chat("a"), "I am the first one.");
    const second = await ready("b");
    assert.deepEqual([second.readBack?.context, second.readBack?.slots, second.url], [256, 2, first.url]);
    assert.deepEqual([second.warnings, now()?.differences], [[], []]);
    assert.equal(await chat("b"), "And this is the second.");
    assert.equal(await chat("gpt-4"), "And this is the second.");
    assert.match(await chat("a"), /not found|is not loaded|invalid/i);
    await ready("a", { context: 768, cacheType: "q8_0" });
    assert.equal(now()?.readBack?.context, 768);
    assert.equal(await chat("a"), "I am the first one.");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
    const { lines } = world.serving.logs({});
    assert.ok(lines.some((line) => /^\S+ I llama_kv_cache: .*K \(q8_0\)/.test(line)));
    assert.deepEqual(world.complaints, []);
  });

  test("only the files of its models are in the container, read-only", async () => {
    await ready("a");
    const [router] = await running();
    const { text } = await askEngine(dockerHost, "GET", `/containers/${router?.id ?? ""}/json`);
    const { Mounts: mounts } = JSON.parse(text) as { Mounts: { Destination: string; RW: boolean }[] };
    const found = mounts.map(({ Destination: target, RW: writable }) => [target, writable] as const);
    assert.deepEqual(
      found.toSorted(([one], [other]) => (one < other ? -1 : 1)),
      [
        ["/models/a/a.gguf", false],
        ["/models/b/b.gguf", false],
        ["/models/bad/bad.gguf", false],
        ["/models/endless/endless.gguf", false],
        ["/models/flag/a.gguf", false],
        ["/models/slow/slow.gguf", false],
        ["/presets", false],
      ],
    );
  });

  test("a model that comes to it later has the router started again with its files", async () => {
    await ready("a");
    const [router] = await running();
    await world.conf([...PROFILES, "[c]\nMODEL=c.gguf\nROUTER=fast"].join("\n"));
    await ready("c");
    assert.equal(await chat("c"), "Late comes the third.");
    const [again, ...more] = await running();
    assert.ok(again && again.id !== router?.id && more.length === 0);
    await ready("a");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [again.id],
    );
  });

  test("a broken model goes back to the one before, with reason and log; a bad flag too", async () => {
    await ready("a");
    const [router] = await running();
    const bad = await world.serving.switchTo({ profile: "bad" }, signal);
    assert.deepEqual([bad.outcome, bad.running, bad.reason?.code], ["rolledBack", "a", "formatInvalid"]);
    assert.match(bad.reason?.message ?? "", /corrupted or incomplete/);
    assert.ok((bad.logTail?.length ?? 0) > 0);
    const flag = await world.serving.switchTo({ profile: "flag" }, signal);
    assert.deepEqual([flag.outcome, flag.running, flag.reason?.code], ["rolledBack", "a", "flagUnknown"]);
    assert.equal(await chat("a"), "I am the first one.");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
  });

  test("the load tells its share; cancelled, the one before is back and answers", async () => {
    await ready("a");
    // However fast the machine is, this load takes long enough to be seen.
    const [router] = await running();
    const speed = (processors: number): Promise<unknown> =>
      dockerAt(dockerHost)
        .getContainer(router?.id ?? "")
        .update({ NanoCpus: processors * 1e9 });
    await speed(0.3);
    const cancelled = new AbortController();
    const switching = world.serving.switchTo({ profile: "slow" }, cancelled.signal);
    await until(world.serving, ({ servers }) => servers[0]?.profile === "slow" && servers[0].state === "loading");
    await speed(0.05);
    await until(
      world.serving,
      ({ servers }) => servers[0]?.profile === "slow" && servers[0].progress?.kind === "bytes",
    );
    cancelled.abort();
    await speed(availableParallelism());
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["cancelled", "a"], JSON.stringify(result));
    assert.equal(await chat("a"), "I am the first one.");
  });

  test("unloaded while an answer streams, it lets go of it within the grace", async () => {
    const { url = "" } = await ready("endless");
    const request = http.request(`${url}/v1/chat/completions`, { method: "POST", agent: false });
    request.on("error", () => undefined);
    request.end(JSON.stringify({ model: "endless", stream: true, messages: [{ role: "user", content: "Hi" }] }));
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    await once(response, "data");
    await world.serving.stop(undefined, signal);
    assert.deepEqual([now()?.state, now()?.router], ["off", "fast"]);
    assert.match(await fetchModels(url), /"value":"unloaded"/);
    request.destroy();
    await world.serving.stop(undefined, signal);
    assert.deepEqual([now()?.router, await running()], [undefined, []]);
  });

  test("its figures are the loaded model's", async () => {
    await ready("a");
    const metrics = createServingMetrics({
      clock: nodeClock,
      http: patientHttp,
      times: processTimes(),
      gpu: { read: async () => [] },
      containers,
      processes: containers,
      servers: () => world.serving.status().servers,
      onLog: world.serving.onLog,
      log: { warn: () => undefined },
    });
    await chat("a");
    await metrics.watch(signal);
    const figures = metrics.read().get("default");
    metrics.close();
    assert.equal(figures?.contextSize, 1024);
    assert.ok((figures.generatedPerSecond ?? 0) > 0 && (figures.memoryBytes ?? 0) > 0, JSON.stringify(figures));
  });

  test("a later start of the program adopts the model with the router", async () => {
    await ready("b");
    const [router] = await running();
    await world.serving.close();
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.deepEqual([now()?.profile, now()?.router, now()?.readBack?.context], ["b", "fast", 256]);
    assert.ok(again.logs({}).lines.some((line) => line.includes("model loaded")));
    assert.equal(await chat("b"), "And this is the second.");
    await ready("a");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
  });

  test("what its image sets and no router works with is taken out, and shown so", async () => {
    const [repo, tag] = ["local/modeldeck-keyed", String(process.pid)];
    const keyed = `${repo}:${tag}`;
    const docker = dockerAt(dockerHost);
    const made = await docker.createContainer({ Image: image });
    try {
      await made.commit({ repo, tag, changes: "ENV LLAMA_API_KEY=hunter2 LLAMA_ARG_API_PREFIX=/v" });
      world.values = { ...world.values, "backends.llama.cpp.image": keyed };
      await ready("a");
      assert.equal(await chat("a"), "I am the first one.");
      const [router] = await running();
      const { text } = await askEngine(dockerHost, "GET", `/containers/${router?.id}/json`);
      assert.doesNotMatch(text, /hunter2/);
      const spec = { ...containerSpec({ image: keyed }), without: ["LLAMA_API_KEY", "LLAMA_ARG_MODEL"] };
      const placed = await containers.placed?.(spec, signal);
      assert.ok(placed);
      assert.match(commandLine(placed, false).text, / -e LLAMA_API_KEY -w /);
    } finally {
      await world.serving.stop(undefined, signal);
      for (const server of await containers.list(signal)) await server.stop(millis(0), signal);
      await made.remove();
      await docker.getImage(keyed).remove({ force: true });
    }
  });

  test("a model whose process is killed is loaded again, in the same router", async () => {
    await ready("a");
    const [router] = await running();
    const model = await processOfModel((await router?.processes(signal)) ?? []);
    assert.ok(model);
    process.kill(model, "SIGKILL");
    await until(world.serving, ({ servers }) => servers[0]?.state === "failed");
    await until(world.serving, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.equal(await chat("a"), "I am the first one.");
    assert.deepEqual(
      (await running()).map(({ id }) => id),
      [router?.id],
    );
  });
});

const PROFILES = [
  "[a]\nNAME=The first\nMODEL=a.gguf\nCTX_SIZE=1024\nROUTER=fast",
  "[b]\nNAME=The second\nMODEL=b.gguf\nCTX_SIZE=512\nEXTRA_ARGS=-np 2 --no-kv-unified --alias gpt-4\nROUTER=fast",
  "[bad]\nMODEL=bad.gguf\nROUTER=fast",
  "[flag]\nMODEL=a.gguf\nEXTRA_ARGS=--no-such-flag\nROUTER=fast",
  "[slow]\nMODEL=slow.gguf\nCTX_SIZE=256\nEXTRA_ARGS=--load-mode none\nROUTER=fast",
  "[endless]\nMODEL=endless.gguf\nROUTER=fast",
  "[alone]\nMODEL=stranger.gguf",
] as const;

/** The one that is not told of presets, as the router and its init are. */
async function processOfModel(pids: readonly number[]): Promise<number | undefined> {
  for (const pid of pids) if (!(await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("--models-preset")) return pid;
  return undefined;
}

const dockerAt = (host: string): Docker =>
  new Docker(host.startsWith("unix://") ? { socketPath: host.slice("unix://".length) } : {});

async function fetchModels(url: string): Promise<string> {
  const answer = await nodeServerHttp.get(`${url}/models`, millis(60_000), signal);
  return JSON.stringify(answer);
}
