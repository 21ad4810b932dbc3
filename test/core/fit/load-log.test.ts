import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { estimateNeed } from "../../../src/core/fit/estimate.ts";
import type { Footprint } from "../../../src/core/fit/fit.ts";
import { footprintOf } from "../../../src/core/fit/footprint-of.ts";
import { parseLoadLog, tellsOfLoad } from "../../../src/core/fit/parse-load-log.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { MIB, llama8b } from "./shapes.ts";

/** The CPU ones are of a real llama-server b11669; those of a GPU are put together after its formats. */
const linesOf = async (name: string): Promise<readonly string[]> =>
  (await readFile(path.join(import.meta.dirname, "logs", `${name}.log`), "utf8")).split("\n");

const card = (used: number): GpuFacts => ({
  uuid: "GPU-1",
  name: "NVIDIA Test",
  load: 0,
  memoryUsed: bytes(used * MIB),
  memoryTotal: bytes(24_564 * MIB),
  celsius: undefined,
  watts: undefined,
  processes: [],
});
const facts = { model: "m", build: "b1", ask: {}, before: [], after: [] };

suite("The log of a load", () => {
  test("says what each device has", async () => {
    assert.deepEqual(parseLoadLog(await linesOf("cpu-8192")), {
      devices: {
        CPU_Mapped: { weights: 4.77 * MIB, kvCache: 0, compute: 0 },
        CPU: { weights: 0, kvCache: 16 * MIB, compute: 83.51 * MIB },
      },
      free: {},
      context: 8192,
      slots: 4,
      microBatch: 512,
      flashAttention: false,
      keyType: "f16",
      valueType: "f16",
    });
    const gpu = parseLoadLog(await linesOf("gpu-8192"));
    assert.deepEqual(gpu.devices["CUDA0"], { weights: 4403.49 * MIB, kvCache: 1024 * MIB, compute: 266.5 * MIB });
    assert.deepEqual(gpu.offloaded, { layers: 33, of: 33 });
    assert.deepEqual(gpu.free, { CUDA0: 23_306 * MIB });
    assert.equal(gpu.flashAttention, true);
  });

  test("leaves out what a trial without memory says before", async () => {
    const { devices } = parseLoadLog(await linesOf("cpu-verbose-4096"));
    assert.deepEqual(devices["CPU"], { weights: 0, kvCache: 8 * MIB, compute: 9.52 * MIB });
  });

  test("adds both caches of a model with windows, recurrent states and a draft model; reads older words", () => {
    const { devices, flashAttention, keyType, valueType } = parseLoadLog([
      "llm_load_tensors: CUDA0 buffer size =  100.00 MiB",
      "llama_context: flash_attn    = 1",
      "llama_kv_cache_unified:      CUDA0 KV buffer size =   10.00 MiB",
      "llama_kv_cache_unified: size =   10.00 MiB (  4096 cells,   8 layers,  1/1 seqs), K (q8_0):    5.00 MiB, V (q5_1):    5.00 MiB",
      "llama_kv_cache_unified:      CUDA0 KV buffer size =    2.00 MiB",
      "llama_memory_recurrent:      CUDA0 RS buffer size =    0.50 MiB",
      "load_tensors:        CUDA0 model buffer size =    20.00 MiB",
    ]);
    assert.deepEqual(devices, { CUDA0: { weights: 120 * MIB, kvCache: 12.5 * MIB, compute: 0 } });
    assert.deepEqual([flashAttention, keyType, valueType], [true, "q8_0", "q5_1"]);
  });

  test("of a server that says little, slots and context", () => {
    const said = "0.00.047.158 I srv    load_model: initializing, n_slots = 2, n_ctx_slot = 8192, kv_unified = ";
    assert.deepEqual(parseLoadLog([`${said}'false'`]), { devices: {}, free: {}, slots: 2, context: 16_384 });
    assert.equal(parseLoadLog([`${said}'true'`]).context, 8192);
  });

  test("only telling lines need to be kept", async () => {
    for (const name of ["cpu-8192", "cpu-verbose-4096", "gpu-8192"]) {
      const lines = await linesOf(name);
      const telling = lines.filter(tellsOfLoad);
      assert.deepEqual(parseLoadLog(telling), parseLoadLog(lines));
      assert.ok(telling.length < 60, String(telling.length));
    }
  });
});

suite("The footprint of a load", () => {
  test("is of the machine's memory where no GPU has part in it", async () => {
    const print = footprintOf(parseLoadLog(await linesOf("cpu-8192")), {
      ...facts,
      before: [card(9)],
      after: [card(9)],
    });
    assert.deepEqual(
      [print?.device, print?.gpuLayers, print?.weights, print?.kvCache],
      ["cpu", 0, Math.round(4.77 * MIB), 16 * MIB],
    );
  });

  test("is of the GPU whose memory grew", async () => {
    const log = parseLoadLog(await linesOf("gpu-8192"));
    const print = footprintOf(log, { ...facts, before: [card(300)], after: [card(6500)] });
    assert.deepEqual(
      [print?.device, print?.deviceDelta, print?.gpuLayers, print?.context],
      ["GPU-1", 6200 * MIB, 33, 8192],
    );
    assert.equal(footprintOf(log, facts)?.device, "gpus");
  });

  test("is the growth alone where the log says nothing, and none where nothing tells", () => {
    const silent = parseLoadLog([]);
    const print = footprintOf(silent, { ...facts, context: 8192, before: [card(300)], after: [card(6500)] });
    assert.deepEqual([print?.deviceDelta, print?.weights], [6200 * MIB, undefined]);
    assert.equal(footprintOf(silent, { ...facts, context: 8192, before: [card(300)], after: [card(310)] }), undefined);
  });
});

suite("An estimate that has seen loads", () => {
  const seen = async (...names: readonly string[]): Promise<readonly Footprint[]> =>
    Promise.all(
      names.map(async (name) => {
        const print = footprintOf(parseLoadLog(await linesOf(name)), facts);
        assert.ok(print);
        return { ...print, at: "2026-01-01T00:00:00Z" };
      }),
    );

  test("is nearer to the truth for a third context after two", async () => {
    const both = await seen("gpu-8192", "gpu-32768");
    const truth = { kvCache: 2048 * MIB, compute: (266.5 + 8) * MIB, weights: Math.round(4403.49 * MIB) };
    const [alone, learned] = [[], both].map((some) => estimateNeed(llama8b, { context: 16_384 }, some));
    assert.ok(alone && learned);
    assert.deepEqual([alone.basis, learned.basis], ["estimated", "measured"]);
    const off = (need: typeof learned) =>
      Math.abs(need.kvCache + need.compute + need.weights - truth.kvCache - truth.compute - truth.weights);
    assert.ok(off(learned) < MIB / 100 && off(alone) > 10 * MIB, `${off(learned)} and ${off(alone)}`);
    assert.ok(learned.uncertainty < alone.uncertainty);
  });

  test("says what a load took where it is asked for the same again", async () => {
    const [print] = await seen("gpu-8192");
    assert.ok(print);
    const need = estimateNeed(llama8b, { context: 8192 }, [{ ...print, deviceDelta: 6200 * MIB }]);
    assert.equal(need.total, 6200 * MIB);
    const again = estimateNeed(llama8b, { context: 8192, companions: MIB }, [{ ...print, deviceDelta: 6200 * MIB }]);
    assert.equal(again.total, 6200 * MIB);
    assert.equal(need.uncertainty, 0.02);
  });

  test("moves one load by arithmetic, in tokens and in the type of the cache", async () => {
    const prints = await seen("gpu-8192");
    const longer = estimateNeed(llama8b, { context: 16_384 }, prints);
    assert.equal(longer.kvCache, 2048 * MIB);
    assert.equal(longer.compute - Math.round(266.5 * MIB), 16 * MIB);
    const small = estimateNeed(llama8b, { context: 8192, keyType: "q8_0", valueType: "q8_0" }, prints);
    assert.equal(small.kvCache, 544 * MIB);
  });

  test("knows the cache of a model whose header tells nothing of it", async () => {
    const need = estimateNeed({ architecture: "x" }, { context: 16_384 }, await seen("gpu-8192"));
    assert.equal(need.kvCache, 2048 * MIB);
    assert.deepEqual(need.unknown, []);
  });

  test("takes no load on the CPU for one on a GPU, nor one of other layers", async () => {
    const prints = [...(await seen("cpu-8192")), ...(await seen("gpu-8192")).map((one) => ({ ...one, gpuLayers: 10 }))];
    assert.equal(estimateNeed(llama8b, { context: 8192 }, prints).basis, "estimated");
    assert.equal(estimateNeed(llama8b, { context: 8192, gpuLayers: 0 }, prints).basis, "measured");
  });
});
