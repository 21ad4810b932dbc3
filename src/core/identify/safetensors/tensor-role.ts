import type { Tensor } from "./header.ts";

/** What a tensor's name tells; the same for all layers. */
export interface Role {
  /** Numbers that unpack or scale others: weights, but no parameters. */
  readonly auxiliary: boolean;
  /** Where it is loaded; a scale goes with what it scales. */
  readonly place: "input" | "layer" | "output";
  readonly expert: boolean;
  /** The output head. */
  readonly head: boolean;
  readonly sees: boolean;
  readonly hears: boolean;
  /** Of a transformer over tokens. */
  readonly speaks: boolean;
  /** A low-rank addition to another model. */
  readonly adds: boolean;
}

export interface RoledTensor {
  readonly tensor: Tensor;
  readonly role: Role;
  /** Meaningful for `place: "layer"`. */
  readonly layer: number;
}

const AUXILIARY =
  /(?:^|[._])(?:qzeros|g_idx|scales|biases|absmax|quant_map|SCB|weight_format|(?:weight|input|output|activation|[kv])_(?:global_)?scale(?:_inv|_2)?|weight_shape|weight_zero_point|scale_weight|scale_input|scaled_fp8|inv_freq)$|quant_state\.bitsandbytes/;
const INPUT = /(?:^|\.)(?:embed_tokens|wte|word_embeddings|tok_embeddings|embed_in)\./;
const HEAD = /(?:^|\.)(?:lm_head|embed_out)\./;
const LAYER = /(?:^|\.)(?:layers|h|layer)\.0\./;
const SEES =
  /(?:^|[._])(?:vision|visual|image|img|vit|vpm|vqmodel|siglip)(?:[._]|\d|$)|(?:^|\.)mm_projector|(?:^|\.)multi_modal_projector/;
const HEARS = /(?:^|[._])(?:audio|speech|whisper|sound)(?:[._]|\d|$)/;
const EXPERT = /\.experts\.|\.switch_mlp\./;
const SPEAKS =
  /(?:^|\.)(?:embed_tokens|wte|tok_embeddings|embed_in|lm_head)\.|^(?:bert|roberta|distilbert|deberta|electra)\.|^embeddings\.word_embeddings\.|(?:^model|language_model|transformer)\.(?:\w+\.)?(?:layers|h)\.0\./;
const ADDS =
  /(?:^|[._])(?:lora_(?:up|down|A|B|embedding_[AB])|lora\.(?:up|down)|lora_linear_layer|hada_w[12]_[ab]|lokr_w[12](?:_[ab])?|oft_(?:blocks|diag)|dora_scale|diff_b|lora_magnitude_vector|glora_[ab])(?:[._]|$)|\.alpha$|\.diff$/;

/** In the order of the tensors. Layers repeat themselves, so each pattern of names is looked at once. */
export function withRoles(tensors: readonly Tensor[]): readonly RoledTensor[] {
  const known = new Map<string, Role>();
  return tensors.map((tensor) => {
    const { pattern, layer } = patternOf(tensor.name);
    const role = known.get(pattern) ?? roleOf(pattern);
    known.set(pattern, role);
    return { tensor, role, layer };
  });
}

/** @param pattern a name with 0 for every number between dots */
export function roleOf(pattern: string): Role {
  const sees = SEES.test(pattern);
  const hears = HEARS.test(pattern);
  // Towers of other senses have layers of their own, which are loaded beside those of the language.
  const layered = LAYER.test(pattern) && !sees && !hears;
  return {
    auxiliary: AUXILIARY.test(pattern),
    place: INPUT.test(pattern) ? "input" : layered ? "layer" : "output",
    expert: EXPERT.test(pattern),
    head: HEAD.test(pattern),
    sees,
    hears,
    speaks: SPEAKS.test(pattern) && !(sees || hears),
    adds: ADDS.test(pattern),
  };
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;
const MOST_LAYERS = 10_000;

/** The name with `.0.` for every number between dots, and the number of its layer. */
function patternOf(name: string): { readonly pattern: string; readonly layer: number } {
  let pattern = "";
  let from = 0;
  let layer = 0;
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    let at = dot + 1;
    let number = 0;
    for (let sign = name.charCodeAt(at); sign >= ZERO && sign <= NINE; sign = name.charCodeAt(at)) {
      number = number * 10 + sign - ZERO;
      at += 1;
    }
    if (at === dot + 1 || name.charCodeAt(at) !== DOT) continue;
    if (pattern === "" && number < MOST_LAYERS) layer = number;
    pattern += `${name.slice(from, dot)}.0`;
    from = at;
  }
  return { pattern: pattern === "" ? name : pattern + name.slice(from), layer };
}
