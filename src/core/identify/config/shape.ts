import type { ModelShape } from "../shape.ts";
import { attentionOf } from "./attention.ts";
import { type Json, countIn, objectIn, textIn } from "./json.ts";
import { layersOf } from "./layer-kinds.ts";

/** What memory arithmetic needs; undefined where the configuration has no layers. */
export function configShape(language: Json, architecture: string): ModelShape | undefined {
  const layers = countIn(language, "num_hidden_layers", "n_layer", "num_layers", "n_layers", "num_transformer_layers");
  if (layers === undefined || layers === 0 || layers > MOST_LAYERS) return undefined;
  const embedding = countIn(language, "hidden_size", "n_embd", "d_model", "dim", "model_dim");
  const vocabulary = countIn(language, "vocab_size", "padded_vocab_size");
  const context = contextOf(language);
  const experts = expertsOf(language);
  const kinds = layersOf(language, layers, embedding);
  return {
    architecture,
    ...(context !== undefined && { context }),
    layers,
    ...(embedding !== undefined && { embedding }),
    ...(vocabulary !== undefined && { vocabulary }),
    ...attentionOf(language, layers, kinds),
    ...(kinds.recurrent && { recurrent: kinds.recurrent }),
    ...(experts && { experts }),
  };
}

/** More than any model has: what is above is no configuration of one. */
const MOST_LAYERS = 2048;

/** Tokens, with the stretching that its configuration says (as vLLM derives a model's longest context). */
export function contextOf(language: Json): number | undefined {
  const told = countIn(
    language,
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "seq_length",
    "max_seq_len",
    "n_ctx",
    "max_target_positions",
  );
  const scaling = objectIn(language, "rope_scaling") ?? objectIn(language, "rope_parameters") ?? {};
  const { factor } = scaling;
  if (told === undefined || typeof factor !== "number" || !(factor >= 1 && factor <= 1024)) return told;
  const kind = textIn(scaling, "rope_type") ?? textIn(scaling, "type");
  const before = countIn(scaling, "original_max_position_embeddings");
  if (kind === "yarn" && before !== undefined) return Math.round(before * factor);
  return kind === "linear" || kind === "dynamic" ? Math.round(told * factor) : told;
}

function expertsOf(language: Json): ModelShape["experts"] {
  const nested = objectIn(language, "moe") ?? objectIn(language, "ffn_config") ?? {};
  const all = { ...nested, ...language };
  const count = countIn(
    all,
    "num_experts",
    "num_local_experts",
    "n_routed_experts",
    "moe_num_experts",
    "num_moe_experts",
  );
  const used = countIn(all, "num_experts_per_tok", "num_experts_per_token", "moe_top_k", "moe_k", "top_k_experts");
  return count === undefined || count < 2 ? undefined : { count, used: Math.min(used ?? count, count) };
}
