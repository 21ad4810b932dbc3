import type { ModelShape } from "../../../src/core/identify/shape.ts";

const alternating = (layers: number, is: (layer: number) => boolean): readonly boolean[] =>
  Array.from({ length: layers }, (_, layer) => is(layer));
const evenly = (layers: number, each: number, experts = 0) => ({
  layers: Array.from({ length: layers }, () => each),
  experts: Array.from({ length: layers }, () => experts),
});
export const MIB = 2 ** 20;

/** Llama 3.1 8B, Q4_K_M, as its header says. */
export const llama8b: ModelShape = {
  architecture: "llama",
  context: 131_072,
  layers: 32,
  embedding: 4096,
  vocabulary: 128_256,
  heads: 32,
  kvHeads: 8,
  keyLength: 128,
  valueLength: 128,
  weights: { total: 4685 * MIB, ...evenly(32, 125 * MIB), input: 282 * MIB, output: 403 * MIB },
};

/** DeepSeek-V2-Lite: 27 layers that keep a latent of 512 + 64. */
export const deepseek2: ModelShape = {
  architecture: "deepseek2",
  context: 163_840,
  layers: 27,
  embedding: 2048,
  vocabulary: 102_400,
  heads: 16,
  kvHeads: 1,
  keyLength: 576,
  latent: true,
};

/** Gemma 2 9B: every other layer looks back 4096 tokens. */
export const gemma2: ModelShape = {
  architecture: "gemma2",
  context: 8192,
  layers: 42,
  embedding: 3584,
  vocabulary: 256_000,
  heads: 16,
  kvHeads: 8,
  keyLength: 256,
  valueLength: 256,
  slidingWindow: { tokens: 4096, layers: alternating(42, (layer) => layer % 2 === 0) },
};

/** Gemma 3 4B: five layers of 1024 tokens to one that sees all. */
export const gemma3: ModelShape = {
  ...gemma2,
  architecture: "gemma3",
  context: 131_072,
  layers: 34,
  embedding: 2560,
  heads: 8,
  kvHeads: 4,
  slidingWindow: { tokens: 1024, layers: alternating(34, (layer) => layer % 6 !== 5) },
};

/** As OpenELM: KV heads that grow with the layers. */
export const perLayer: ModelShape = {
  architecture: "openelm",
  layers: 4,
  heads: 16,
  kvHeads: [2, 2, 4, 0],
  keyLength: 64,
};

/** As Qwen3-Next: three layers of four keep a state. */
export const hybrid: ModelShape = {
  architecture: "qwen3next",
  layers: 48,
  embedding: 2048,
  vocabulary: 151_936,
  heads: 16,
  kvHeads: 2,
  keyLength: 256,
  valueLength: 256,
  recurrent: {
    layers: alternating(48, (layer) => layer % 4 !== 3),
    convKernel: 4,
    innerSize: 4096,
    groups: 16,
    stateSize: 128,
  },
};

/** Mixture of experts with a head of its own. */
export const experts: ModelShape = {
  ...llama8b,
  architecture: "qwen3moe",
  experts: { count: 128, used: 8 },
  weights: { total: 17_000 * MIB, ...evenly(32, 500 * MIB, 450 * MIB), input: 400 * MIB, output: 600 * MIB },
};
