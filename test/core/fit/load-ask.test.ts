import assert from "node:assert/strict";
import { loadAskOf } from "../../../src/core/fit/load-ask.ts";

suite("How a profile would be loaded", () => {
  const ask = (extraArgs: string, more: { context?: number; gpuLayers?: string } = {}) =>
    loadAskOf({ context: more.context, gpuLayers: more.gpuLayers, extraArgs: extraArgs.split(" ").filter(Boolean) });

  test("its keys, and nothing where it says nothing", () => {
    assert.deepEqual(ask(""), {});
    assert.deepEqual(ask("", { context: 8192, gpuLayers: "20" }), { context: 8192, gpuLayers: 20 });
    for (const gpuLayers of ["all", "auto", "-1"]) assert.deepEqual(ask("", { gpuLayers }), {});
  });

  test("flags by their short and long names win over the keys; the last one holds", () => {
    assert.deepEqual(
      ask("-c 1024 --ctx-size 4096 -np 2 -ctk q8_0 --cache-type-v q4_0 -ub 256 -fa off -ngl 5", { context: 9 }),
      {
        context: 4096,
        slots: 2,
        keyType: "q8_0",
        valueType: "q4_0",
        microBatch: 256,
        flashAttention: false,
        gpuLayers: 5,
      },
    );
    assert.deepEqual(ask("--n-gpu-layers 0 --parallel 1 --ubatch-size 64 --flash-attn on --swa-full -ncmoe 4"), {
      gpuLayers: 0,
      slots: 1,
      microBatch: 64,
      flashAttention: true,
      fullWindow: true,
      cpuExperts: 4,
    });
  });

  test("flash attention without a value is on, auto is left to the server", () => {
    assert.deepEqual(ask("-fa --swa-full"), { flashAttention: true, fullWindow: true });
    assert.deepEqual(ask("-fa auto"), {});
  });

  test("what is asked for at the moment wins over both", () => {
    const profile = { context: 1024, gpuLayers: "3", extraArgs: ["-c", "2048", "-ctk", "f32"] };
    assert.deepEqual(loadAskOf(profile, { context: 512, gpuLayers: 7, cacheType: "q8_0", args: ["-ub", "32"] }), {
      context: 512,
      gpuLayers: 7,
      keyType: "q8_0",
      valueType: "q8_0",
      microBatch: 32,
    });
  });

  test("what is not understood is left out", () => {
    assert.deepEqual(ask("-c 0 -np -1 -ctk nonsense -ngl many -ub"), {});
  });
});
