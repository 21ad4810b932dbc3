import assert from "node:assert/strict";
import type { LoadAsk } from "../../../src/core/fit/fit.ts";
import { cacheBytes } from "../../../src/core/fit/kv-cache.ts";
import { loadOf } from "../../../src/core/fit/load.ts";
import type { ModelShape } from "../../../src/core/identify/shape.ts";
import { deepseek2, gemma2, gemma3, hybrid, llama8b, perLayer } from "./shapes.ts";

suite("The KV cache", () => {
  const total = (shape: ModelShape, ask: LoadAsk): number =>
    cacheBytes(shape, loadOf(shape, ask)).layers.reduce((all, layer) => all + layer, 0);
  const { keyLength: _, valueLength: __, ...lengthless } = llama8b;
  const known: readonly [string, ModelShape, LoadAsk, number][] = [
    ["Llama 3.1 8B at 8192: 1 GiB exactly", llama8b, { context: 8192 }, 2 ** 30],
    ["of q8_0, 34 bytes for 32 elements", llama8b, { context: 8192, keyType: "q8_0", valueType: "q8_0" }, 570_425_344],
    ["of q4_0 keys and f16 values", llama8b, { context: 8192, keyType: "q4_0" }, 2 ** 29 + (2 ** 29 * 9) / 32],
    ["of f32, twice as much", llama8b, { context: 8192, keyType: "f32", valueType: "f32" }, 2 ** 31],
    ["whatever the number of slots", llama8b, { context: 8192, slots: 1 }, 2 ** 30],
    ["a context is padded to 256 with flash attention", llama8b, { context: 8193 }, 8448 * 32 * 8 * 256 * 2],
    ["and to 32 without", llama8b, { context: 8193, flashAttention: false }, 8224 * 32 * 8 * 256 * 2],
    ["a latent is kept once, and no values", deepseek2, { context: 4096 }, 4096 * 27 * 576 * 2],
    [
      "windows: the window of each slot and a batch",
      gemma2,
      { context: 8192, slots: 1 },
      (21 * 8192 + 21 * 4608) * 8 * 512 * 2,
    ],
    ["windows of several slots never exceed the context", gemma2, { context: 8192, slots: 4 }, 42 * 8192 * 8 * 512 * 2],
    [
      "windows in full where that is asked",
      gemma2,
      { context: 8192, slots: 1, fullWindow: true },
      42 * 8192 * 8 * 512 * 2,
    ],
    [
      "windows with lengths of their own",
      { ...gemma2, slidingWindow: { tokens: 4096, layers: [true, true], keyLength: 128, valueLength: 64 } },
      { context: 8192, slots: 1 },
      2 * 4608 * 8 * 192 * 2 + 40 * 8192 * 8 * 512 * 2,
    ],
    [
      "five windows to one that sees all",
      gemma3,
      { context: 32_768, slots: 1 },
      (5 * 32_768 + 29 * 1536) * 4 * 512 * 2,
    ],
    ["KV heads by layer, none among them", perLayer, { context: 1024 }, 1024 * 8 * 128 * 2],
    [
      "recurrent layers have a state of F32 for each slot",
      hybrid,
      { context: 4096, slots: 2 },
      12 * 4096 * 2 * 512 * 2 + 36 * 2 * 4 * (3 * (4096 + 2 * 16 * 128) + 128 * 4096),
    ],
    ["where no lengths are told, the embedding over the heads", lengthless, { context: 8192 }, 2 ** 30],
  ];
  for (const [name, shape, ask, expected] of known)
    test(name, () => {
      assert.equal(total(shape, ask), expected);
    });

  test("says what it does not know", () => {
    assert.deepEqual(cacheBytes({ architecture: "x" }, loadOf({ architecture: "x" }, {})), {
      layers: [],
      unknown: ["layers"],
    });
    assert.deepEqual(cacheBytes({ architecture: "x", layers: 2 }, loadOf({ architecture: "x" }, {})).unknown, [
      "head size",
      "KV heads",
    ]);
  });
});
