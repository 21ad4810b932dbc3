import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createDockerRuntime } from "../../../src/core/adapters/docker-runtime.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { createBenchmarkBook } from "../../../src/core/serving/benchmark/benchmark-book.ts";
import { createBenchmarks } from "../../../src/core/serving/benchmark/create-benchmarks.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import { createProfileDesk } from "../../../src/core/serving/desk/create-profile-desk.ts";
import { createFlagCheck } from "../../../src/core/serving/flags/check-flags.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { type ServingWorld, openServingWorld } from "../../core/serving/deck.ts";
import { findEngine } from "../../support/engine.ts";
import { llamaImage, nativeLlamaServer } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

suite("a benchmark with a real llama-server", function () {
  this.timeout(180_000);
  let world: ServingWorld;
  let binary: string;

  suiteSetup(async function () {
    ({ binary } = needs(this, "llama", await nativeLlamaServer()));
  });
  setup(async () => {
    world = await openServingWorld(
      (storage) => ({
        containers: createDockerRuntime({ storage, dockerHost: () => undefined }),
        processes: createProcessRuntime({ storage }),
      }),
      { "serving.engine": "process", "backends.llama.cpp.binary": binary },
    );
    writeTinyGguf({ file: path.join(world.folder, "a.gguf"), reply: "One two three.", loop: true });
    await world.conf("[a]\nMODEL=a.gguf\nCTX_SIZE=4096\n[b]\nMODEL=a.gguf\nCTX_SIZE=512\n");
  });
  teardown(() => world.dispose());

  test("tells how fast it reads and writes, keeps it by build, fills SPEED, and serves what was served before", async () => {
    const storage = path.join(world.folder, "storage");
    const settings = () => readSettings(world.values, world.folder).settings;
    const deps = {
      clock: nodeClock,
      files: nodeFiles,
      http: nodeServerHttp,
      log: quiet,
      registry: world.database,
      profiles: createProfileBook({ files: nodeFiles, settings }),
      settings,
      containers: createDockerRuntime({ storage, dockerHost: () => undefined }),
      processes: createProcessRuntime({ storage }),
      redact: (line: string) => line,
      flags: createFlagCheck({ registry: world.database, clock: nodeClock, log: quiet }),
      benchmarks: createBenchmarkBook(world.database),
      storage,
      windows: false,
      random: nodeRandom,
      serving: world.serving,
    };
    const desk = createProfileDesk(deps);
    const benchmarks = createBenchmarks({ ...deps, desk });
    const before = await world.serving.switchTo({ profile: "b" }, signal);
    assert.equal(before.outcome, "ready", JSON.stringify(before));

    const ended = new Promise<void>((resolve) => {
      benchmarks.tasks.onChange(() => {
        if (benchmarks.tasks.list().every(({ state }) => state !== "running")) resolve();
      });
    });
    const id = await benchmarks.start("a", true, signal);
    assert.equal(benchmarks.tasks.list()[0]?.id, id);
    await ended;
    assert.deepEqual(
      benchmarks.tasks.list().map(({ state, kind, reason }) => [state, kind, reason]),
      [["done", "benchmark", undefined]],
    );
    const { benchmark, unknownFlags } = await desk.show("a", signal);
    assert.ok(benchmark && benchmark.promptTokens > 100 && benchmark.generatedTokens >= 128);
    assert.ok(benchmark.promptPerSecond > 0 && benchmark.generatedPerSecond > 0 && benchmark.memoryBytes !== undefined);
    assert.equal(benchmark.build, await deps.processes.build(binary, signal));
    assert.deepEqual(unknownFlags, []);
    assert.match(
      await readFile(path.join(world.folder, "models.conf"), "utf8"),
      /SPEED=[\d.]+ t\/s, prompt [\d.]+ t\/s\n/,
    );
    assert.deepEqual(
      world.serving.status().servers.map(({ profile, state }) => [profile, state]),
      [["b", "ready"]],
    );
    await benchmarks.close();
  });

  test("the image's own help is read in a container that is gone afterwards", async function () {
    needs(this, "engine", await findEngine());
    const { image } = needs(this, "engine", await llamaImage());
    const runtime = createDockerRuntime({ storage: world.folder, dockerHost: () => undefined });
    const flags = createFlagCheck({ registry: world.database, clock: nodeClock, log: quiet });
    assert.match((await runtime.build(image, signal)) ?? "", /^sha256:/);
    assert.deepEqual(
      (await flags.check(["-m", "x", "--no-mmap"], image, runtime, signal)).map(({ renamedTo }) => renamedTo),
      ["--load-mode none"],
    );
    // From the registry, not from the program: this runtime could not be asked.
    const deaf = { ...runtime, help: async () => Promise.reject(new Error("asked again")) };
    const later = createFlagCheck({ registry: world.database, clock: nodeClock, log: quiet });
    assert.ok((await later.flags(image, deaf, signal)).length > 100);
  });
});
