import type { ModelShape } from "../shape.ts";
import { type Json, countIn, countsIn, textIn, textsIn } from "./json.ts";

export interface LayerKinds {
  /** By layer: whether it keeps keys and values at all. */
  readonly attends: readonly boolean[];
  /** By layer: whether it looks back only a window. */
  readonly windowed: readonly boolean[];
  readonly recurrent?: NonNullable<ModelShape["recurrent"]>;
}

/** Words of `layer_types` and their like for layers with a state instead of a cache. */
const STATE = /linear|mamba|conv|recurrent|ssm|rwkv/;
/** Words for a look-back that is bounded. */
const WINDOW = /sliding|chunked|local/;

export function layersOf(language: Json, layers: number, embedding: number | undefined): LayerKinds {
  const words = wordsOf(language, layers);
  const each = (is: (word: string) => boolean): readonly boolean[] =>
    Array.from({ length: layers }, (_, layer) => is(words[layer] ?? ""));
  const state = stateOf(language, embedding);
  const recurrent = each((word) => STATE.test(word));
  return {
    attends: each((word) => !STATE.test(word) && word !== "mlp"),
    windowed: each((word) => WINDOW.test(word)),
    ...(state && recurrent.includes(true) && { recurrent: { layers: recurrent, ...state } }),
  };
}

/** One word a layer, as far as the configuration tells which layer is of what kind. */
function wordsOf(language: Json, layers: number): readonly string[] {
  const each = (word: (layer: number) => string): readonly string[] =>
    Array.from({ length: layers }, (_, n) => word(n));
  for (const name of ["layer_types", "layers_block_type", "block_types"]) {
    const types = textsIn(language, name);
    if (types.length > 0) return each((n) => types[types.length >= layers ? n : n % types.length] ?? "");
  }
  const hybrid = textIn(language, "hybrid_override_pattern");
  if (hybrid !== undefined) return each((n) => HYBRID[hybrid.charAt(n)] ?? "mlp");
  const attending = countsIn(language, "full_attn_idxs") ?? countsIn(language, "attn_layer_indices");
  if (attending) return each((n) => (attending.includes(n) ? "full" : "mamba"));
  const period = countIn(language, "attn_layer_period");
  if (period !== undefined && period > 0)
    return each((n) => (n % period === (countIn(language, "attn_layer_offset") ?? 0) ? "full" : "mamba"));
  const linear = countIn(language, "full_attention_interval");
  if (linear !== undefined && linear > 0 && has(language, "linear_num_value_heads"))
    return each((n) => ((n + 1) % linear === 0 ? "full" : "linear"));
  if (isPure(language)) return each(() => "mamba");
  return windows(language, each);
}

/** Letters of NemotronH: state space, attention; everything else keeps nothing. */
const HYBRID: Readonly<Record<string, string>> = { M: "mamba", "*": "full" };
/** Period with which a layer sees everything, where older configurations leave it to the code (transformers). */
const PERIODS: Readonly<Record<string, number>> = { gemma2: 2, gemma3_text: 6, gemma3: 6, gemma3n_text: 5, cohere2: 4 };

const has = (language: Json, name: string): boolean => language[name] !== undefined;
const isPure = (language: Json): boolean =>
  has(language, "state_size") && has(language, "conv_kernel") && !has(language, "num_attention_heads");

function windows(language: Json, each: (word: (layer: number) => string) => readonly string[]): readonly string[] {
  const ropes = countsIn(language, "no_rope_layers");
  if (has(language, "attention_chunk_size") && ropes) return each((n) => (ropes[n] === 0 ? "full" : "chunked"));
  const window = countIn(language, "sliding_window", "sliding_window_size", "window_size");
  if (window === undefined || window === 0 || language["use_sliding_window"] === false) return [];
  const named = PERIODS[textIn(language, "model_type") ?? ""];
  const period = countIn(language, "sliding_window_pattern", "_sliding_window_pattern") ?? named;
  if (period !== undefined && period > 0) return each((n) => ((n + 1) % period === 0 ? "full" : "sliding"));
  // Qwen 2: only layers above have one.
  const below = countIn(language, "max_window_layers") ?? 0;
  return each((n) => (n >= below ? "sliding" : "full"));
}

function stateOf(
  language: Json,
  embedding: number | undefined,
): Omit<NonNullable<ModelShape["recurrent"]>, "layers"> | undefined {
  const count = (...names: readonly string[]): number | undefined => countIn(language, ...names);
  const linearHeads = count("linear_num_value_heads");
  if (linearHeads !== undefined)
    return {
      convKernel: count("linear_conv_kernel_dim") ?? 4,
      innerSize: linearHeads * (count("linear_value_head_dim") ?? 128),
      groups: count("linear_num_key_heads") ?? linearHeads,
      stateSize: count("linear_key_head_dim") ?? 128,
    };
  const short = count("conv_L_cache");
  if (short !== undefined && embedding !== undefined)
    return { convKernel: short, innerSize: embedding, groups: 0, stateSize: 0 };
  const convKernel = count("mamba_d_conv", "conv_kernel", "d_conv");
  const stateSize = count("mamba_d_state", "ssm_state_size", "state_size", "d_state");
  const heads = count("mamba_n_heads", "mamba_num_heads");
  const perHead = count("mamba_d_head", "mamba_head_dim");
  const innerSize =
    heads !== undefined && perHead !== undefined
      ? heads * perHead
      : (count("mamba_d_ssm", "d_inner", "mamba_intermediate_size") ??
        (count("mamba_expand", "expand") ?? 2) * (embedding ?? 0));
  if (convKernel === undefined || stateSize === undefined || innerSize === 0) return undefined;
  // A model of the first kind keeps its state's inputs apart: no groups go through the convolution.
  const groups = count("mamba_n_groups", "n_groups") ?? 0;
  return { convKernel, innerSize, groups, stateSize };
}
