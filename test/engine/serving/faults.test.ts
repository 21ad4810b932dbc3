import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os, { availableParallelism } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import type { ContainerSpec } from "../../../src/core/ports/runtime.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { millis } from "../../../src/core/util/ids.ts";
import { type ServingWorld, openServingWorld, until } from "../../core/serving/deck.ts";
import { type OwnEngine, startOwnEngine } from "../../support/engine-daemon.ts";
import type { Engine } from "../../support/engine-api.ts";
import { findEngine } from "../../support/engine.ts";
import { engineTells } from "../../support/engine-tells.ts";
import { llamaImage } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";
import { AT_GATE, type GatedImage, gatedImage } from "./gated-image.ts";
import { chat } from "./real-server.ts";

const { signal } = new AbortController();
const REPLY = "I am still here.";

/** A world with a small model that is served, and a large one that takes a while to load. */
async function openWorld(engine: Engine, image: string): Promise<ServingWorld> {
  const world = await openServingWorld(
    (storage) => ({
      containers: createDockerRuntime({ storage, dockerHost: () => engine.host }),
      processes: createProcessRuntime({ storage }),
    }),
    { "serving.engine": "docker", "backends.llama.cpp.image": image },
  );
  writeTinyGguf({ file: path.join(world.folder, "small.gguf"), reply: REPLY });
  writeTinyGguf({ file: path.join(world.folder, "large.gguf"), sizeMb: 900, fill: "zero" });
  await world.conf(
    "[small]\nNAME=Small\nMODEL=small.gguf\nCTX_SIZE=512\n[large]\nNAME=Large\nMODEL=large.gguf\nCTX_SIZE=4096\nEXTRA_ARGS=--load-mode none --no-warmup\n",
  );
  return world;
}

const now = (world: ServingWorld) => world.serving.status().servers[0];
/**
 * What is said to be ready answers. An engine that comes back ends what ran on: until that has been asked it is as it was,
 * and then it is told.
 */
async function isTrue(world: ServingWorld): Promise<void> {
  const answer = await chat(now(world)?.url ?? "").catch(() => undefined);
  if (answer === undefined) await until(world.serving, () => now(world)?.state !== "ready");
}
const loading = (world: ServingWorld): Promise<void> =>
  until(world.serving, ({ servers }) => servers[0]?.profile === "large" && servers[0].state === "loading");
/** Its log says so, from now on or before. */
const says = async (world: ServingWorld, words: string): Promise<void> => {
  const heard = Promise.withResolvers<void>();
  const look = (): void => {
    if (world.serving.logs({}).lines.some((line) => line.includes(words))) heard.resolve();
  };
  const subscription = world.serving.onLog(look);
  look();
  await heard.promise;
  subscription.dispose();
};

suite("what goes wrong with a real engine and a real llama-server", function () {
  this.timeout(180_000);
  let engine: Engine;
  let gated: GatedImage;
  let docker: Docker;
  let world: ServingWorld;

  suiteSetup(async function () {
    this.timeout(300_000);
    ({ engine } = needs(this, "engine", await findEngine()));
    const { image } = needs(this, "llama", await llamaImage(engine));
    docker = new Docker({ socketPath: engine.host.replace("unix://", "") });
    gated = await gatedImage(docker, image);
  });
  suiteTeardown(() => gated?.remove());
  setup(async () => {
    world = await openWorld(engine, gated.image);
    const first = await world.serving.switchTo({ profile: "small" }, signal);
    assert.equal(first.outcome, "ready", JSON.stringify(first));
  });
  teardown(() => world.dispose());

  /** The container that runs now, of this world alone. */
  const container = async () => {
    const storage = path.join(world.folder, "storage");
    const [found] = await docker.listContainers({ filters: { label: [`modeldeck.storage=${storage}`] } });
    return docker.getContainer(found?.Id ?? "");
  };
  /** However fast it would load: the large one has begun to, and gets no further. */
  const atGate = async () => {
    await loading(world);
    await says(world, AT_GATE);
    return container();
  };
  const stillHere = async (): Promise<void> => {
    assert.equal(now(world)?.profile, "small");
    assert.equal(await chat(now(world)?.url ?? ""), REPLY);
  };

  test("killed while it loads: the one before is back, and the reason is the kill", async () => {
    const switching = world.serving.switchTo({ profile: "large" }, signal);
    // The server itself, in the midst of its file: at so little of a processor that takes it many seconds.
    const large = await atGate();
    await large.update({ NanoCpus: 0.05e9 });
    await large.kill({ signal: "SIGUSR1" });
    await says(world, "large.gguf'");
    await large.kill({ signal: "SIGKILL" });
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["rolledBack", "small"], JSON.stringify(result));
    assert.equal(result.reason?.facts["exitCode"], 137);
    assert.match(result.reason.message, /killed/);
    await stillHere();
  });

  test("its memory limit ends it: it says so, and offers what would help", async () => {
    const switching = world.serving.switchTo({ profile: "large" }, signal);
    const large = await atGate();
    const limit = 200 * 2 ** 20;
    await large.update({ Memory: limit, MemorySwap: limit });
    await large.kill({ signal: "SIGUSR1" });
    const result = await switching;
    assert.deepEqual([result.outcome, result.running], ["rolledBack", "small"], JSON.stringify(result));
    assert.equal(result.reason?.code, "outOfMemory");
    assert.deepEqual(result.offers, [
      { kind: "context", context: 2048 },
      { kind: "cacheType", cacheType: "q8_0" },
    ]);
    await stillHere();
  });

  test("it loads slowly: it is waited for as long as its memory grows, with the bytes told", async () => {
    const limit = 5000;
    const progress: number[] = [];
    const switching = world.serving.switchTo({ profile: "large" }, signal);
    const large = await atGate();
    let began = Infinity;
    const long = Promise.withResolvers<void>();
    world.serving.onChange(() => {
      const told = now(world)?.progress;
      if (told?.kind === "bytes") progress.push(told.done);
      if (new Set(progress).size > 2 && Date.now() - began > 1.5 * limit) long.resolve();
    });
    await large.update({ NanoCpus: 0.1e9 });
    await large.kill({ signal: "SIGUSR1" });
    await says(world, "large.gguf'");
    await large.update({ NanoCpus: 0.01e9 });
    [world.healthTimeout, began] = [limit, Date.now()];
    // Long enough by now: it may be as fast as the machine is, and what comes after its memory has grown is not meant.
    const first = await Promise.race([
      long.promise.then(() => "it took its time"),
      switching.then(() => "it was over"),
    ]);
    assert.equal(first, "it took its time");
    world.healthTimeout = 120_000;
    await large.update({ NanoCpus: availableParallelism() * 1e9 }).catch(() => undefined);
    const result = await switching;
    assert.equal(result.outcome, "ready", JSON.stringify(result));
    assert.ok(progress.length > 1 && progress.every((done, index) => done >= (progress[index - 1] ?? 0)));
  });

  test("its health never comes: after the time without a sign of life the one before is back", async () => {
    // The one that comes back has all the time it needs.
    world.serving.onChange(() => void (world.healthTimeout = now(world)?.profile === "large" ? 1500 : 60_000));
    const switching = world.serving.switchTo({ profile: "large" }, signal);
    await (await atGate()).pause();
    const result = await switching;
    assert.deepEqual([result.outcome, result.reason?.code], ["rolledBack", "unhealthy"], JSON.stringify(result));
    await stillHere();
  });

  test("a container that is made and was never started is taken away by a later start of the program", async () => {
    await world.serving.close();
    const runtime = createDockerRuntime({
      storage: path.join(world.folder, "storage"),
      dockerHost: () => engine.host,
    });
    await runtime.create(leftOver(world, gated.image), signal);
    assert.equal((await runtime.list(signal)).length, 2);
    const again = world.reopen();
    await again.recover();
    await until(again, ({ servers, switching }) => servers[0]?.state === "ready" && switching === undefined);
    assert.equal((await runtime.list(signal)).length, 1);
    await stillHere();
  });
});

/** A server of the group that nobody wants any more. */
const leftOver = (world: ServingWorld, image: string): ContainerSpec => ({
  kind: "container",
  image,
  group: "default",
  args: [],
  environment: {},
  labels: { profile: "large", group: "default", backend: "llama.cpp" },
  hostPort: world.port,
  containerPort: 8080,
  mounts: [],
  workingFolder: "/",
  hardening: { readOnlyRoot: true, temporary: {}, processLimit: 64 },
  gpus: "none",
});

suite("an engine that goes and comes in the middle of a switch", function () {
  this.timeout(180_000);
  let root: string;
  let own: OwnEngine;
  let world: ServingWorld;
  suiteSetup(async function () {
    this.timeout(300_000);
    root = await mkdtemp(path.join(os.tmpdir(), "mdf-"));
    ({ own } = needs(this, "engine", await startOwnEngine({ root, subnet: 233 })));
    const { image } = needs(this, "llama", await llamaImage(own.engine));
    world = await openWorld(own.engine, image);
  });
  suiteTeardown(async function () {
    this.timeout(180_000);
    await world?.dispose().catch(() => undefined);
    await own?.stop();
    if (root !== undefined) await rm(root, { recursive: true, force: true });
  });

  test("never says ready of what does not answer, and ends with one server or with a reason", async () => {
    assert.equal((await world.serving.switchTo({ profile: "small" }, signal)).outcome, "ready");
    const switching = world.serving.switchTo({ profile: "large", timeout: millis(60_000) }, signal);
    await loading(world);
    await own.kill();
    await own.restart();
    const result = await switching;
    const server = now(world);
    assert.ok(["ready", "rolledBack", "failed"].includes(result.outcome), JSON.stringify(result));
    if (server?.state === "ready") await isTrue(world);
    else assert.equal(server?.state, "failed");
    if (result.outcome !== "ready") assert.ok(result.reason?.message);
    // And it can be gone on from there.
    const next = await world.serving.switchTo({ profile: "small", force: true }, signal);
    assert.equal(next.outcome, "ready", JSON.stringify(next));
    assert.equal(await chat(next.url ?? ""), REPLY);
  });

  for (const [name, event, of] of [
    ["it makes the new one", "create", "large"],
    ["it stops the old one", "kill", "small"],
    ["the old one has ended", "die", "small"],
    ["it starts the new one", "start", "large"],
  ] as const)
    test(`killed while ${name}: one server or none, nothing that is not true, and it can be gone on from there`, async () => {
      assert.equal((await world.serving.switchTo({ profile: "small", force: true }, signal)).outcome, "ready");
      const docker = new Docker({ socketPath: own.engine.host.replace("unix://", "") });
      const storage = path.join(world.folder, "storage");
      const { happened } = await engineTells(docker, storage, event, of);
      const switching = world.serving.switchTo({ profile: "large", timeout: millis(60_000) }, signal);
      // One that is thrown has touched nothing.
      const ended = switching.then(
        ({ outcome, reason }) => ({ outcome, reason: reason?.message }),
        (error: unknown) => ({ outcome: "refused", reason: isFault(error) ? error.message : undefined }),
      );
      await happened;
      await own.kill();
      await own.restart();
      const { outcome, reason } = await ended;
      if (outcome !== "ready") assert.ok(reason, outcome);
      if (now(world)?.state === "ready") await isTrue(world);
      const next = await world.serving.switchTo({ profile: "small", force: true, onBusy: "queue" }, signal);
      assert.equal(next.outcome, "ready", JSON.stringify(next));
      assert.equal(await chat(next.url ?? ""), REPLY);
      const running = await docker.listContainers({ filters: { label: [`modeldeck.storage=${storage}`] } });
      assert.equal(running.length, 1);
    });

  test("while it is away, a switch is refused in words and nothing that is known is forgotten", async () => {
    await own.kill();
    await assert.rejects(
      world.serving.switchTo({ profile: "large" }, signal),
      /engineUnreachable|no such socket|nothing listens/,
    );
    assert.equal(world.serving.status().runtime?.available, false);
    await own.restart();
    const next = await world.serving.switchTo({ profile: "small", force: true }, signal);
    assert.equal(next.outcome, "ready", JSON.stringify(next));
    assert.equal(world.serving.status().runtime?.available, true);
  });
});
