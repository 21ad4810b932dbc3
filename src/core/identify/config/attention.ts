import type { ModelShape } from "../shape.ts";
import { type Json, asObject, countIn, countsIn, listIn, objectIn } from "./json.ts";
import type { LayerKinds } from "./layer-kinds.ts";

type Attention = Pick<ModelShape, "heads" | "kvHeads" | "keyLength" | "valueLength" | "latent" | "slidingWindow">;

export function attentionOf(language: Json, layers: number, kinds: LayerKinds): Attention {
  const queries = countsIn(language, "num_query_heads");
  const heads = queries ? Math.max(...queries) : countIn(language, "num_attention_heads", "n_head", "n_heads");
  const latent = countIn(language, "kv_lora_rank");
  const rope = countIn(language, "qk_rope_head_dim");
  const ofLatent = latent !== undefined && latent > 0 && rope !== undefined;
  const perHead = lengthOf(language, heads);
  // Where the layers that see everything are wider than the windowed ones.
  const wide = countIn(language, "global_head_dim");
  const keyLength = ofLatent ? latent + rope : (wide ?? perHead);
  const valueLength = ofLatent ? undefined : (wide ?? countIn(language, "v_head_dim") ?? perHead);
  const kvHeads = heads === undefined ? undefined : kvHeadsOf(language, layers, heads, ofLatent, kinds);
  const slidingWindow = windowOf(language, kinds);
  return {
    ...(heads !== undefined && { heads }),
    ...(kvHeads !== undefined && { kvHeads }),
    ...(heads === undefined && !kinds.attends.includes(true) && { kvHeads: 0 }),
    ...(keyLength !== undefined && { keyLength }),
    ...(valueLength !== undefined && { valueLength }),
    ...(ofLatent && { latent: true }),
    ...(slidingWindow && {
      slidingWindow:
        wide !== undefined && perHead !== undefined
          ? { ...slidingWindow, keyLength: perHead, valueLength: perHead }
          : slidingWindow,
    }),
  };
}

function lengthOf(language: Json, heads: number | undefined): number | undefined {
  const told = countIn(language, "head_dim", "kv_channels", "attention_head_dim", "d_kv");
  const embedding = countIn(language, "hidden_size", "n_embd", "d_model", "dim");
  return (
    told ?? (heads !== undefined && heads > 0 && embedding !== undefined ? Math.floor(embedding / heads) : undefined)
  );
}

function kvHeadsOf(
  language: Json,
  layers: number,
  heads: number,
  ofLatent: boolean,
  { attends, windowed }: LayerKinds,
): number | readonly number[] {
  const told = ofLatent ? 1 : toldHeads(language, heads);
  const wide = countIn(language, "num_global_key_value_heads");
  // Later layers that use the cache of earlier ones.
  const own = layers - (countIn(language, "num_kv_shared_layers") ?? 0);
  const each = Array.from({ length: layers }, (_, layer) => {
    if (attends[layer] === false || layer >= own) return 0;
    if (wide !== undefined && windowed[layer] === false) return wide;
    return (typeof told === "number" ? told : told[layer]) ?? 0;
  });
  return each.every((one) => one === each[0]) ? (each[0] ?? 0) : each;
}

function toldHeads(language: Json, heads: number): number | readonly number[] {
  for (const name of ["num_key_value_heads", "num_kv_heads", "num_key_value_heads_per_layer"]) {
    const each = countsIn(language, name);
    if (each) return each;
  }
  // Puzzle models: how many heads share one, layer by layer; none where the layer attends to nothing.
  const blocks = listIn(language, "block_configs");
  if (blocks)
    return blocks.map((block) => {
      const attention = objectIn(asObject(block), "attention") ?? {};
      const shared = countIn(attention, "n_heads_in_group");
      return shared === undefined || shared === 0 ? 0 : Math.floor(heads / shared);
    });
  const told = countIn(
    language,
    "num_key_value_heads",
    "num_kv_heads",
    "n_kv_heads",
    "n_head_kv",
    "multi_query_group_num",
  );
  const shared = language["multi_query"] === true && language["new_decoder_architecture"] !== true ? 1 : undefined;
  return told ?? shared ?? heads;
}

function windowOf(language: Json, { windowed }: LayerKinds): ModelShape["slidingWindow"] {
  const tokens = countIn(language, "sliding_window", "sliding_window_size", "attention_chunk_size", "window_size");
  if (tokens === undefined || tokens === 0 || !windowed.includes(true)) return undefined;
  return { tokens, layers: windowed };
}
