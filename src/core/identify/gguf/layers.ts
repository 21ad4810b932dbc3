import type { ModelShape } from "../shape.ts";
import type { GgufValues } from "./values.ts";

type SlidingWindow = NonNullable<ModelShape["slidingWindow"]>;
type Recurrent = NonNullable<ModelShape["recurrent"]>;

interface Interleaving {
  /** Every so-many-th layer sees everything. */
  readonly period: number;
  /** The first of them does, not the last. */
  readonly denseFirst?: true;
  /** Tokens, where the header has none. */
  readonly tokens?: number;
}

/**
 * By architecture, as llama.cpp's loaders call `set_swa_pattern` (load_arch_hparams in src/models): the period where the
 * header has none, and which layer of it sees everything, which no header says. Not here: phi3, whose window llama.cpp
 * does not use, and deepseek4, whose cache is of another kind.
 */
const INTERLEAVING: Readonly<Record<string, Interleaving>> = {
  afmoe: { period: 4 },
  cohere2: { period: 4 },
  "exaone-moe": { period: 4 },
  exaone4: { period: 4 },
  "gemma-embedding": { period: 6 },
  gemma2: { period: 2, tokens: 4096 },
  gemma3: { period: 6 },
  gemma3n: { period: 5 },
  "gpt-oss": { period: 2 },
  laguna: { period: 4, denseFirst: true },
  llama4: { period: 4, tokens: 8192 },
  "modern-bert": { period: 3, denseFirst: true },
  olmo2: { period: 4 },
  plamo3: { period: 8 },
  smallthinker: { period: 4, denseFirst: true },
};
const WINDOW_UNUSED = new Set(["phi3", "deepseek4"]);

/** Undefined also where a window is told but not of which layers: then all are taken to keep everything. */
export function slidingWindowOf({ architecture = "", own }: GgufValues, layers: number): SlidingWindow | undefined {
  const known = INTERLEAVING[architecture];
  const tokens = own.count("attention.sliding_window") ?? known?.tokens;
  if (tokens === undefined || tokens === 0 || WINDOW_UNUSED.has(architecture)) return undefined;
  const pattern = own.counts("attention.sliding_window_pattern") ?? known?.period;
  if (pattern === undefined) return undefined;
  const windowed = Array.from({ length: layers }, (_, layer) => {
    if (typeof pattern === "object") return (pattern[layer] ?? 0) > 0;
    if (pattern === 0) return true;
    return known?.denseFirst ? layer % pattern !== 0 : layer % pattern < pattern - 1;
  });
  if (!windowed.includes(true)) return undefined;
  const keyLength = own.count("attention.key_length_swa");
  const valueLength = own.count("attention.value_length_swa");
  return {
    tokens,
    layers: windowed,
    ...(keyLength !== undefined && { keyLength }),
    ...(valueLength !== undefined && { valueLength }),
  };
}

/** Hybrids that say by a stride which layers attend: every fourth where the header has none (llama.cpp's qwen3next). */
const STRIDED = new Set(["qwen3next", "qwen35", "qwen35moe"]);
/** Models whose every layer both attends and keeps a state. */
const BOTH = new Set(["falcon-h1"]);

/** @param kvHeads of each layer as the header has them: a layer without is a recurrent one */
export function recurrentOf(
  { architecture = "", own }: GgufValues,
  kvHeads: readonly number[],
  embedding: number,
): Recurrent | undefined {
  const state = stateOf(own, embedding);
  if (state === undefined) return undefined;
  const stride = own.count("full_attention_interval") ?? (STRIDED.has(architecture) ? 4 : undefined);
  const layers = kvHeads.map((heads, layer) => {
    if (BOTH.has(architecture)) return true;
    return stride === undefined || stride === 0 ? heads === 0 : (layer + 1) % stride !== 0;
  });
  return layers.includes(true) ? { layers, ...state } : undefined;
}

/** In the terms of state space models, by which llama.cpp's n_embd_r and n_embd_s are (kernel − 1)·(inner + 2·groups·state) and state·inner. */
function stateOf(own: GgufValues["own"], embedding: number): Omit<Recurrent, "layers"> | undefined {
  const convKernel = own.count("ssm.conv_kernel");
  const innerSize = own.count("ssm.inner_size");
  if (convKernel !== undefined && innerSize !== undefined)
    return {
      convKernel,
      innerSize,
      groups: own.count("ssm.group_count") ?? 0,
      stateSize: own.count("ssm.state_size") ?? 0,
    };
  // Kimi's linear attention: three convolutions, a square state for each head.
  const kda = own.count("kda.head_dim");
  const heads = own.counts("attention.head_count");
  const most = typeof heads === "object" ? Math.max(...heads) : heads;
  if (convKernel !== undefined && kda !== undefined && most !== undefined)
    return { convKernel, innerSize: most * kda, groups: most, stateSize: kda };
  // LFM2: a short convolution and no state.
  const shortConvolution = own.count("shortconv.l_cache");
  if (shortConvolution !== undefined)
    return { convKernel: shortConvolution, innerSize: embedding, groups: 0, stateSize: 0 };
  // RWKV: the tokens before, two unless it is told, and a square state for each head.
  const headSize = own.count("wkv.head_size");
  if (headSize === undefined) return undefined;
  return {
    convKernel: (own.count("token_shift_count") ?? 2) + 1,
    innerSize: embedding,
    groups: 0,
    stateSize: headSize,
  };
}
