import assert from "node:assert/strict";
import * as fc from "fast-check";
import { estimateNeed } from "../../../src/core/fit/estimate.ts";
import { type LoadAsk, cacheTypes } from "../../../src/core/fit/fit.ts";
import { judgeFit, reserveOf } from "../../../src/core/fit/judge.ts";
import type { ModelShape } from "../../../src/core/identify/shape.ts";
import type { GpuFacts } from "../../../src/core/ports/gpu.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { MIB, deepseek2, experts, gemma3, hybrid, llama8b } from "./shapes.ts";

const GIB = 2 ** 30;
const plenty = { total: 64 * GIB, free: 60 * GIB };
const gpu = (free: number, total = 24 * GIB, uuid = "GPU-1"): GpuFacts => ({
  uuid,
  name: "NVIDIA Test",
  load: 0,
  memoryUsed: bytes(total - free),
  memoryTotal: bytes(total),
  celsius: undefined,
  watts: undefined,
  processes: [],
});

suite("What a load needs", () => {
  test("Llama 3.1 8B at 8192 part by part", () => {
    const need = estimateNeed(llama8b, { context: 8192 }, []);
    assert.equal(need.kvCache, GIB);
    // The embedding stays on the CPU.
    assert.equal(need.weights, (32 * 125 + 403) * MIB);
    // Logits of a batch of 512, and a little.
    assert.ok(need.compute >= 250.5 * MIB && need.compute < 320 * MIB, String(need.compute / MIB));
    assert.equal(need.total, need.weights + need.kvCache + need.compute + need.other);
    assert.deepEqual([need.basis, need.unknown], ["estimated", []]);
  });

  test("a compute buffer is no smaller than one that was seen", () => {
    // Qwen2.5 3B at 4096 with CUDA, in a public log: 300.75 MiB.
    const qwen = { architecture: "qwen2", layers: 36, embedding: 2048, vocabulary: 151_936, heads: 16, kvHeads: 2 };
    const { compute, kvCache } = estimateNeed(qwen, { context: 4096 }, []);
    assert.ok(compute >= 300.75 * MIB && compute < 330 * MIB, String(compute / MIB));
    assert.equal(kvCache, 144 * MIB);
  });

  test("without flash attention the scores need room", () => {
    const need = estimateNeed(llama8b, { context: 8192, flashAttention: false }, []);
    // 512 MiB of scores, and a little.
    assert.ok(need.compute >= 512 * MIB && need.compute < 620 * MIB, String(need.compute / MIB));
  });

  test("only the layers that are put there count, the last ones first", () => {
    const half = estimateNeed(llama8b, { context: 8192, gpuLayers: 16 }, []);
    assert.equal(half.weights, 16 * 125 * MIB);
    assert.equal(half.kvCache, GIB / 2);
    const none = estimateNeed(llama8b, { context: 8192, gpuLayers: 0 }, []);
    assert.equal(none.weights, 4685 * MIB);
  });

  test("experts that stay on the CPU do not count", () => {
    const all = estimateNeed(experts, {}, []);
    const some = estimateNeed(experts, { cpuExperts: 10 }, []);
    assert.equal(all.weights - some.weights, 10 * 450 * MIB);
  });

  test("a model that shares its embedding with its head has it on the GPU too", () => {
    const { weights } = llama8b;
    assert.ok(weights);
    const shared = { ...llama8b, tied: true, weights: { ...weights, input: 400 * MIB, output: MIB } };
    assert.equal(estimateNeed(shared, {}, []).weights, (32 * 125 + 401) * MIB);
    // Embeddings per layer are no head.
    const more = { ...shared, weights: { ...shared.weights, embedding: 100 * MIB } };
    assert.equal(estimateNeed(more, {}, []).weights, (32 * 125 + 101) * MIB);
  });

  test("what is unknown is named and makes it less sure", () => {
    const known = estimateNeed(llama8b, {}, []);
    const { layers: _, vocabulary: __, ...rest } = llama8b;
    const guessed = estimateNeed(rest, {}, []);
    assert.deepEqual(guessed.unknown, ["layers", "vocabulary"]);
    assert.ok(guessed.uncertainty > known.uncertainty + 0.15);
  });
});

suite("The verdict", () => {
  const one = (shape: ModelShape, ask: LoadAsk, free: number, memory = plenty) => {
    const [fit] = judgeFit(shape, ask, [], [gpu(free)], memory);
    assert.ok(fit);
    return fit;
  };

  test("fits where a GPU has room for all of it and the reserve", () => {
    const { need } = one(llama8b, { context: 8192 }, 24 * GIB);
    const reserve = reserveOf(24 * GIB);
    assert.equal(reserve, GIB);
    assert.deepEqual(one(llama8b, { context: 8192 }, need.total + reserve).verdict, { kind: "fits" });
    assert.notEqual(one(llama8b, { context: 8192 }, need.total + reserve - 1).verdict.kind, "fits");
  });

  test("names the largest context that fits", () => {
    const { verdict } = one(llama8b, { context: 131_072 }, 12 * GIB);
    assert.equal(verdict.kind, "fitsWith");
    const { context } = verdict;
    assert.equal(context % 256, 0);
    assert.deepEqual(one(llama8b, { context }, 12 * GIB).verdict, { kind: "fits" });
    assert.notEqual(one(llama8b, { context: context + 256 }, 12 * GIB).verdict.kind, "fits");
  });

  test("puts layers on the CPU where no context helps", () => {
    const { verdict } = one(llama8b, { context: 8192 }, 4 * GIB);
    assert.equal(verdict.kind, "offload");
    assert.equal(verdict.layers, 32);
    const usable = 4 * GIB - GIB;
    const need = (gpuLayers: number) => estimateNeed(llama8b, { context: 8192, gpuLayers }, []).total;
    assert.ok(need(verdict.gpuLayers) <= usable && need(verdict.gpuLayers + 1) > usable);
  });

  test("is no where not even the machine's memory helps, and unknown where nothing is known", () => {
    assert.deepEqual(one(llama8b, {}, 2 * GIB, { total: 4 * GIB, free: 2 * GIB }).verdict, { kind: "no" });
    assert.deepEqual(one({ architecture: "x" }, {}, 20 * GIB).verdict, { kind: "unknown" });
  });

  test("without a GPU it is the machine's memory that counts", () => {
    const [fit, ...others] = judgeFit(llama8b, { context: 8192 }, [], [], plenty);
    assert.deepEqual([fit?.device, fit?.verdict, others], ["cpu", { kind: "fits" }, []]);
    assert.equal(fit?.need.weights, 4685 * MIB);
    assert.deepEqual(judgeFit(llama8b, {}, [], [], { total: 4 * GIB, free: 3 * GIB })[0]?.verdict, { kind: "no" });
  });

  test("GPUs are judged alone, and together where none holds it alone", () => {
    const two = [gpu(6 * GIB, 6 * GIB, "GPU-1"), gpu(5 * GIB, 6 * GIB, "GPU-2")];
    assert.deepEqual(
      judgeFit(llama8b, { context: 8192 }, [], two, plenty).map(({ device, verdict }) => [device, verdict.kind]),
      [
        ["GPU-1", "fitsWith"],
        ["GPU-2", "offload"],
        ["all", "fits"],
      ],
    );
    const large = [gpu(24 * GIB), gpu(5 * GIB, 6 * GIB, "GPU-2")];
    assert.deepEqual(
      judgeFit(llama8b, { context: 8192 }, [], large, plenty).map(({ device }) => device),
      ["GPU-1", "GPU-2"],
    );
  });

  test("small devices keep 5 % free", () => {
    assert.equal(reserveOf(8 * GIB), 0.4 * GIB);
  });
});

suite("The arithmetic", () => {
  const shapes = fc.constantFrom(llama8b, deepseek2, gemma3, hybrid, experts, { architecture: "x" });
  const asks: fc.Arbitrary<LoadAsk> = fc.record(
    {
      context: fc.integer({ min: 1, max: 200_000 }),
      slots: fc.integer({ min: 1, max: 8 }),
      keyType: fc.constantFrom(...cacheTypes),
      valueType: fc.constantFrom(...cacheTypes),
      flashAttention: fc.boolean(),
      microBatch: fc.integer({ min: 1, max: 4096 }),
      gpuLayers: fc.integer({ min: 1, max: 60 }),
      fullWindow: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  test("never says less than nothing, and grows with the context and with the layers", () => {
    fc.assert(
      fc.property(shapes, asks, fc.integer({ min: 1, max: 100_000 }), (shape, ask, more) => {
        const need = estimateNeed(shape, ask, []);
        for (const part of [need.weights, need.kvCache, need.compute, need.other, need.uncertainty])
          assert.ok(Number.isFinite(part) && part >= 0);
        assert.ok(need.uncertainty <= 1);
        assert.ok(estimateNeed(shape, { ...ask, context: need.context + more }, []).total >= need.total);
        const layers = ask.gpuLayers ?? 1;
        const fewer = estimateNeed(shape, { ...ask, gpuLayers: layers }, []).total;
        assert.ok(estimateNeed(shape, { ...ask, gpuLayers: layers + 1 }, []).total >= fewer);
      }),
    );
  });

  test("a verdict agrees with the need", () => {
    fc.assert(
      fc.property(shapes, asks, fc.integer({ min: 0, max: 24 * 1024 }), (shape, ask, free) => {
        const card = gpu(free * MIB);
        const [fit] = judgeFit(shape, ask, [], [card], plenty);
        assert.ok(fit);
        const usable = free * MIB - GIB;
        const { verdict, need } = fit;
        const needs = (other: LoadAsk) => estimateNeed(shape, { ...ask, ...other }, []).total;
        if (verdict.kind === "fits") assert.ok(need.total <= usable);
        else if (verdict.kind !== "unknown") assert.ok(need.total > usable);
        if (verdict.kind === "fitsWith") {
          assert.ok(verdict.context < need.context && verdict.context >= 2048 && verdict.context % 256 === 0);
          assert.ok(needs({ context: verdict.context }) <= usable);
        }
        if (verdict.kind === "offload" && verdict.gpuLayers > 0)
          assert.ok(needs({ gpuLayers: verdict.gpuLayers }) <= usable);
      }),
    );
  });
});
