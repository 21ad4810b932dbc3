/** What a tensor of a language model belongs to, by its name; a scale goes with what it scales. */
export type Place = "input" | "output" | { readonly layer: number; readonly expert: boolean };

const AUXILIARY =
  /(?:^|[._])(?:qzeros|g_idx|scales|biases|absmax|quant_map|SCB|weight_format|(?:weight|input|output|activation|[kv])_(?:global_)?scale(?:_inv|_2)?|weight_shape|weight_zero_point|scale_weight|scale_input|scaled_fp8|inv_freq)$|quant_state\.bitsandbytes/;
const INPUT = /(?:^|\.)(?:embed_tokens|wte|word_embeddings|tok_embeddings|embed_in)\./;
const HEAD = /(?:^|\.)(?:lm_head|embed_out)\./;
const LAYER = /(?:^|\.)(?:layers|h|layer)\.(\d{1,4})\./;
const SEES =
  /(?:^|[._])(?:vision|visual|image|img|vit|vpm|vqmodel|siglip)(?:[._]|\d|$)|(?:^|\.)mm_projector|(?:^|\.)multi_modal_projector/;
const HEARS = /(?:^|[._])(?:audio|speech|whisper|sound)(?:[._]|\d|$)/;
const EXPERT = /\.experts\.|\.switch_mlp\./;

/** Numbers that unpack or scale others: weights, but no parameters. */
export const isAuxiliary = (name: string): boolean => AUXILIARY.test(name);
export const isHead = (name: string): boolean => HEAD.test(name);
export const isExpert = (name: string): boolean => EXPERT.test(name);
export const sees = (name: string): boolean => SEES.test(name);
export const hears = (name: string): boolean => HEARS.test(name);

/** Towers of other senses have layers of their own; they are loaded beside those of the language. */
export function placeOf(name: string): Place {
  if (INPUT.test(name)) return "input";
  const layer = LAYER.exec(name)?.[1];
  if (layer === undefined || sees(name) || hears(name)) return "output";
  return { layer: Number(layer), expert: EXPERT.test(name) };
}
