import assert from "node:assert/strict";
import path from "node:path";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { createProcessRuntime } from "../../../src/core/adapters/process-runtime.ts";
import { nodeServerHttp } from "../../../src/core/adapters/server-http.ts";
import { createProfileBook } from "../../../src/core/serving/create-profile-book.ts";
import { estimateNeed } from "../../../src/core/fit/estimate.ts";
import { createFootprints } from "../../../src/core/fit/footprints.ts";
import { createLoadWatch } from "../../../src/core/fit/learn-from-loads.ts";
import { modelKey } from "../../../src/core/fit/model-key.ts";
import type { ModelShape } from "../../../src/core/identify/shape.ts";
import { type Probe, createProbe } from "../../../src/core/serving/probe.ts";
import { readSettings } from "../../../src/core/settings.ts";
import { type ServingWorld, openServingWorld } from "../../core/serving/deck.ts";
import { createFakeRuntime } from "../../support/fake-runtime.ts";
import { nativeLlamaServer } from "../../support/llama.ts";
import { needs } from "../../support/needs.ts";
import { writeTinyGguf } from "../../support/tiny-gguf.ts";

const { signal } = new AbortController();
const MIB = 2 ** 20;

suite("what a real llama-server teaches", function () {
  this.timeout(180_000);
  let world: ServingWorld;
  let probe: Probe;
  let model: string;
  let shape: ModelShape;
  let learned: () => Promise<void>;

  suiteSetup(async function () {
    this.timeout(300_000);
    needs(this, "llama", await nativeLlamaServer());
  });
  setup(async () => {
    const native = await nativeLlamaServer();
    world = await openServingWorld(
      (storage) => ({ containers: createFakeRuntime("container"), processes: createProcessRuntime({ storage }) }),
      { "serving.engine": "process", "backends.llama.cpp.binary": native.ok ? native.binary : "" },
    );
    model = path.join(world.folder, "tiny.gguf");
    const facts = writeTinyGguf({ file: model, layers: 4, embd: 256, ctx: 32_768 });
    shape = {
      architecture: "llama",
      context: 32_768,
      layers: 4,
      embedding: 256,
      vocabulary: facts.vocabulary,
      heads: 4,
      kvHeads: 2,
    };
    await world.conf("[tiny]\nMODEL=tiny.gguf\nCTX_SIZE=4096\n");
    const { database: registry } = world;
    await registry.commit([
      {
        table: "entries",
        key: "discovered:tiny",
        after: {
          name: "tiny",
          layer: "discovered",
          display_name: "Tiny",
          family: "tiny",
          backend: "llama.cpp",
          path: model,
          proof: "unverified",
          deprecated: 0,
          locked: 0,
          aliases_json: "[]",
          roles_json: "[]",
          role_priority_json: "{}",
          capabilities_json: '["tools"]',
          metadata_json: "{}",
          backend_config_json: "{}",
          extra_args_json: "[]",
        },
      },
    ]);
    probe = createProbe({
      registry,
      files: nodeFiles,
      http: nodeServerHttp,
      serving: { status: () => world.serving.status() },
      profiles: createProfileBook({
        files: nodeFiles,
        settings: () => readSettings(world.values, world.folder).settings,
      }),
      digest: nodeDigest,
      clock: nodeClock,
    });
    let done = Promise.withResolvers<void>();
    learned = async () => {
      await done.promise;
      done = Promise.withResolvers();
    };
    world.loads = createLoadWatch({
      footprints: createFootprints({ registry, clock: nodeClock }),
      registry,
      files: nodeFiles,
      gpu: { read: async () => [] },
      clock: nodeClock,
      andThen: async (loaded, signal) => {
        await probe.learn(loaded, signal);
        done.resolve();
      },
    });
  });
  teardown(() => world.dispose());

  test("after two loads a third is known before it happens", async () => {
    const load = async (context: number): Promise<void> => {
      assert.equal(
        (await world.serving.switchTo({ profile: "tiny", overrides: { context } }, signal)).outcome,
        "ready",
      );
      await learned();
    };
    await load(4096);
    await load(16_384);
    const key = (await modelKey(model, world.database, nodeFiles)) ?? "";
    const footprints = createFootprints({ registry: world.database, clock: nodeClock });
    const seen = await footprints.of(key);
    assert.deepEqual(
      seen.map(({ context, device, kvCache, microBatch, slots }) => [context, device, kvCache, microBatch, slots]),
      [
        [16_384, "cpu", 32 * MIB, 512, 4],
        [4096, "cpu", 8 * MIB, 512, 4],
      ],
    );
    await load(8192);
    const truth = (await footprints.of(key)).find(({ context }) => context === 8192);
    assert.ok(truth?.weights !== undefined && truth.kvCache !== undefined && truth.compute !== undefined);
    const real = truth.weights + truth.kvCache + truth.compute;
    const off = (some: typeof seen): number =>
      Math.abs(estimateNeed(shape, { context: 8192, gpuLayers: 0 }, some).total - real);
    assert.ok(off(seen) < MIB / 4, `${off(seen)} of ${real}`);
    assert.ok(off(seen) < off([]), `${off(seen)} against ${off([])}`);
  });

  test("what it says of its model is kept after the load, and a probe asks it again", async () => {
    await world.serving.switchTo({ profile: "tiny" }, signal);
    await learned();
    const rows = await world.database.query("SELECT name, value_json FROM characteristics ORDER BY name");
    const kept = Object.fromEntries(rows.map((row) => [row["name"], JSON.parse(String(row["value_json"]))]));
    assert.deepEqual([kept["context"], kept["vision"], kept["audio"], kept["tools"]], [32_768, false, false, false]);
    assert.ok(kept["parameters"] > 1e6);
    const [entry] = await world.database.query("SELECT capabilities_json FROM entries");
    assert.equal(entry?.["capabilities_json"], "[]");
    const learnedNow = await probe.probe("tiny", signal);
    assert.deepEqual(
      learnedNow.find(({ name }) => name === "tools"),
      {
        name: "tools",
        value: false,
        source: "server",
        confidence: 1,
      },
    );
    assert.equal((await world.database.query("SELECT key FROM probes")).length, 1);
  });
});
