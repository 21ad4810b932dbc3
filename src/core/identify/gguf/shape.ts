import type { ModelShape } from "../shape.ts";
import { recurrentOf, slidingWindowOf } from "./layers.ts";
import { ggufLimits } from "./limits.ts";
import type { GgufHeader } from "./read-gguf.ts";
import type { GgufValues } from "./values.ts";

/** Undefined where the header has no architecture, as that of a later part of a split model. */
export function ggufShape(header: GgufHeader, values: GgufValues): ModelShape | undefined {
  const { architecture, own } = values;
  if (architecture === undefined) return undefined;
  const { tensors } = header;
  const layers = own.count("block_count");
  const embedding = own.count("embedding_length");
  const context = own.count("context_length");
  const heads = most(own.counts("attention.head_count"));
  const vocabulary =
    own.count("vocab_size") ??
    values.length("tokenizer.ggml.tokens") ??
    (tensors && tensors.vocabulary > 0 ? tensors.vocabulary : undefined);
  const perHead = embedding !== undefined && heads ? Math.floor(embedding / heads) : undefined;
  const latent = (own.count("attention.key_length_mla") ?? 0) > 0;
  const keyLength = own.count("attention.key_length") ?? perHead;
  const valueLength = own.count("attention.value_length") ?? perHead;
  const count = own.count("expert_count");
  return {
    architecture,
    ...(context !== undefined && { context }),
    ...(layers !== undefined && { layers }),
    ...(embedding !== undefined && { embedding }),
    ...(vocabulary !== undefined && { vocabulary }),
    ...(heads !== undefined && { heads }),
    ...(keyLength !== undefined && { keyLength }),
    ...(valueLength !== undefined && { valueLength }),
    ...(latent && { latent }),
    ...(layers !== undefined && layers <= ggufLimits.layers && layered(values, layers, embedding ?? 0)),
    ...(count ? { experts: { count, used: own.count("expert_used_count") ?? count } } : {}),
    ...(tensors?.weights && { weights: tensors.weights, ...tied(tensors) }),
  };
}

export const tied = ({ head, weights }: NonNullable<GgufHeader["tensors"]> | Tied): { tied?: true } =>
  head || !weights || weights.input === 0 ? {} : { tied: true };

interface Tied {
  readonly head: boolean;
  readonly weights?: { readonly input: number };
}

/** What layers may differ in. */
function layered(values: GgufValues, layers: number, embedding: number): Partial<ModelShape> {
  const { own } = values;
  const told = own.counts("attention.head_count_kv") ?? own.counts("attention.head_count");
  const slidingWindow = slidingWindowOf(values, layers);
  const heads = Array.from({ length: layers }, (_, layer) => (typeof told === "object" ? told[layer] : told) ?? 0);
  const recurrent = recurrentOf(values, heads, embedding);
  const cached = cachedLayers(values, layers);
  const kvHeads = heads.map((count, layer) =>
    layer >= cached || (recurrent?.layers[layer] && values.architecture !== "falcon-h1") ? 0 : count,
  );
  const alike = kvHeads.every((count) => count === kvHeads[0]);
  return {
    ...((told !== undefined || recurrent) && { kvHeads: alike ? (kvHeads[0] ?? 0) : kvHeads }),
    ...(slidingWindow && { slidingWindow }),
    ...(recurrent && { recurrent }),
  };
}

/**
 * How many layers from the first keep a cache of their own: later ones share it, or are there to draft only
 * (`n_layer_kv_from_start` of llama.cpp's loaders; 20 is gemma3n's own).
 */
function cachedLayers({ architecture, own }: GgufValues, layers: number): number {
  if (architecture === "gemma3n") return Math.min(layers, 20);
  return layers - (own.count("attention.shared_kv_layers") ?? own.count("nextn_predict_layers") ?? 0);
}

const most = (counts: number | readonly number[] | undefined): number | undefined =>
  typeof counts === "object" ? Math.max(...counts) : counts;
