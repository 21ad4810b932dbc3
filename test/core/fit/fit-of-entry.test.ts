import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { machineMemory } from "../../../src/core/adapters/machine-memory.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import type { Footprint } from "../../../src/core/fit/fit.ts";
import { createFitReader } from "../../../src/core/fit/fit-of-entry.ts";
import { createFootprints } from "../../../src/core/fit/footprints.ts";
import { modelKey } from "../../../src/core/fit/model-key.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import type { Database, Row } from "../../../src/core/ports/database.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { type RegistryFolder, makeRegistryFolder } from "../registry/registry-folder.ts";
import { MIB, llama8b } from "./shapes.ts";

const { signal } = new AbortController();
const card: GpuFacts = {
  uuid: "GPU-1",
  name: "NVIDIA Test",
  load: 0,
  memoryUsed: bytes(0),
  memoryTotal: bytes(24_576 * MIB),
  celsius: undefined,
  watts: undefined,
  processes: [],
};

suite("The fit of an entry", () => {
  let folder: RegistryFolder;
  let database: Database;
  let file: string;
  let clock: number;
  setup(async () => {
    folder = await makeRegistryFolder();
    database = await folder.open();
    file = path.join(folder.path, "model.gguf");
    await writeFile(file, "GGUF and more");
    clock = Date.UTC(2026, 0, 1);
  });
  teardown(() => folder.remove());

  const entry = (name: string, more: Row = {}): Promise<unknown> =>
    database.commit([
      {
        table: "entries",
        key: `discovered:${name}`,
        after: {
          name,
          layer: "discovered",
          display_name: name,
          family: name,
          backend: "llama.cpp",
          path: file,
          size_bytes: 4900 * MIB,
          proof: "unverified",
          deprecated: 0,
          locked: 0,
          aliases_json: "[]",
          roles_json: "[]",
          role_priority_json: "{}",
          capabilities_json: "[]",
          metadata_json: "{}",
          backend_config_json: "{}",
          extra_args_json: "[]",
          ...more,
        },
      },
    ]);
  const shape = (name: string, body: string): Promise<unknown> =>
    database.commit([{ table: "shapes", key: name, after: { body_json: body } }]);
  const footprints = () => createFootprints({ registry: database, clock: { wall: () => (clock += 1000) } });
  const reader = (gpus: readonly GpuFacts[] = [card]) =>
    createFitReader({
      registry: database,
      files: nodeFiles,
      gpu: { read: async () => gpus },
      memory: machineMemory,
      footprints: footprints(),
    });
  const print = async (more: Partial<Footprint> = {}): Promise<Footprint> => ({
    model: (await modelKey(file, database, nodeFiles)) ?? "",
    build: "b1",
    device: "GPU-1",
    context: 8192,
    slots: 4,
    microBatch: 512,
    keyType: "f16",
    valueType: "f16",
    flashAttention: true,
    gpuLayers: 33,
    weights: 4403 * MIB,
    kvCache: 1024 * MIB,
    compute: 200 * MIB,
    deviceDelta: 6000 * MIB,
    at: "",
    ...more,
  });

  test("by its shape, and by its loads once there are some", async () => {
    await entry("llama");
    await shape("llama", JSON.stringify(llama8b));
    const [before] = await reader().fitOf("llama", { context: 8192 }, signal);
    assert.deepEqual([before?.device, before?.verdict.kind, before?.need.basis], ["GPU-1", "fits", "estimated"]);
    await footprints().record(await print());
    const [after] = await reader().fitOf("llama", { context: 8192 }, signal);
    assert.deepEqual([after?.need.basis, after?.need.total], ["measured", 6000 * MIB]);
    await writeFile(file, "another model of the same name");
    const [other] = await reader().fitOf("llama", { context: 8192 }, signal);
    assert.equal(other?.need.basis, "estimated");
  });

  test("a footprint goes by the digest where that is known, the newest first, one for each way to load", async () => {
    const { size } = (await nodeFiles.stat(file)) ?? { size: 0 };
    const sha256 = "ab".repeat(32);
    const known = { entry: "llama", size_bytes: size, sha256, proof: "sha256" };
    await database.commit([{ table: "files", key: file, after: known }]);
    assert.equal(await modelKey(file, database, nodeFiles), sha256);
    const kept = footprints();
    await kept.record(await print({ compute: 1 }));
    await kept.record(await print({ context: 4096 }));
    await kept.record(await print({ compute: 2 }));
    assert.deepEqual(
      (await kept.of(sha256)).map(({ context, compute }) => [context, compute]),
      [
        [8192, 2],
        [4096, 200 * MIB],
      ],
    );
    await database.commit([{ table: "footprints", key: "odd", after: { model: sha256, at: "z", body_json: "{}" } }]);
    assert.equal((await kept.of(sha256)).length, 2);
    assert.deepEqual(await kept.of("other"), []);
  });

  test("its projector counts, and no tensor twice", async () => {
    await entry("llama");
    const mmproj = { entry: "llama", size_bytes: 800 * MIB, proof: "unverified" };
    await database.commit([{ table: "files", key: "/m/mmproj-F16.gguf", after: mmproj }]);
    const [fit] = await reader().fitOf("llama", {}, signal);
    assert.equal(fit?.need.weights, 4100 * MIB);
    assert.equal(fit?.need.other, (450 + 800) * MIB);
  });

  test("without a shape its size tells something, with less certainty; without both nothing is said", async () => {
    await entry("plain");
    await shape("plain", "not a shape");
    const [fit] = await reader().fitOf("plain", {}, signal);
    assert.deepEqual(fit?.need.unknown, ["layers", "vocabulary", "embedding", "tensor sizes"]);
    assert.ok((fit?.need.uncertainty ?? 0) >= 0.4);
    await entry("empty", { size_bytes: null, path: null });
    assert.deepEqual(await reader().fitOf("empty", {}, signal), []);
    await assert.rejects(reader().fitOf("nobody", {}, signal), (error) => isFault(error, "notFound"));
  });

  test("of what is not here yet, and where there is no GPU", async () => {
    const { weights: _, ...headless } = llama8b;
    const [fit, ...others] = await reader([]).fitOfShape(headless, { context: 2048 }, 320 * MIB, signal);
    assert.deepEqual([fit?.device, others.length], ["cpu", 0]);
    assert.equal(fit?.need.weights, 320 * MIB);
    assert.equal(fit?.memoryTotal, machineMemory.read().total);
    assert.deepEqual(await reader().fitOfShape(undefined, {}, undefined, signal), []);
  });

  test("the machine has some memory, and no more of it free than there is", () => {
    const { total, free } = machineMemory.read();
    assert.ok(free > 0 && free <= total);
  });
});
