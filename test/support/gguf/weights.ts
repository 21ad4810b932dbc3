import type { Draw } from "./numbers.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Values of a whole tensor, or one block of them that is written again and again. */
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Norms are always single precision. */
  readonly norm: boolean;
  /** "hole": zeros that are never written, which makes the file sparse. */
  readonly values: Float32Array | "hole";
}

export interface Shape {
  readonly layers: number;
  readonly embd: number;
  readonly ff: number;
  readonly heads: number;
  readonly kvHeads: number;
}

/** Numbers of weights of one layer, norms left out. */
export const layerWeights = ({ embd, ff, heads, kvHeads }: Shape): number =>
  2 * embd * embd + 2 * embd * kvHeads * (embd / heads) + 3 * embd * ff;

/** A multiple of every block size; a layer's matrix repeats one block of this many random values. */
const BLOCK = 1 << 16;

/**
 * Attention and feed-forward add next to nothing to what flows past them, and the output matrix leads from each word of
 * the reply to the next. So whatever is asked, real inference answers with the reply, and then ends its turn.
 */
export function tensorsFor(
  shape: Shape,
  vocabulary: Vocabulary,
  fill: "random" | "zero",
  draw: Draw,
): readonly Tensor[] {
  const { layers, embd, ff, heads, kvHeads } = shape;
  const kv = kvHeads * (embd / heads);
  const around = (scale: number): number => (draw() * 2 - 1) * scale;
  const norm = (name: string): Tensor => ({ name, dims: [embd], norm: true, values: new Float32Array(embd).fill(1) });
  const matrix = (name: string, dims: readonly [number, number], scale: number): Tensor => {
    const block = Math.min(dims[0] * dims[1], BLOCK);
    return {
      name,
      dims,
      norm: false,
      values: fill === "zero" ? "hole" : Float32Array.from({ length: block }, () => around(scale)),
    };
  };
  const { embedding, output } = inAndOut(embd, vocabulary, draw);
  const count = vocabulary.tokens.length;
  return [
    { name: "token_embd.weight", dims: [embd, count], norm: false, values: embedding },
    norm("output_norm.weight"),
    { name: "output.weight", dims: [embd, count], norm: false, values: output },
    ...Array.from({ length: layers }, (_, layer) => `blk.${layer}.`).flatMap((prefix) => [
      norm(`${prefix}attn_norm.weight`),
      matrix(`${prefix}attn_q.weight`, [embd, embd], 0.02),
      matrix(`${prefix}attn_k.weight`, [embd, kv], 0.02),
      matrix(`${prefix}attn_v.weight`, [embd, kv], 0.02),
      matrix(`${prefix}attn_output.weight`, [embd, embd], 0.001),
      norm(`${prefix}ffn_norm.weight`),
      matrix(`${prefix}ffn_gate.weight`, [embd, ff], 0.001),
      matrix(`${prefix}ffn_up.weight`, [embd, ff], 0.001),
      matrix(`${prefix}ffn_down.weight`, [ff, embd], 0.0002),
    ]),
  ];
}

/** Each word of the reply has a direction of its own, all other tokens share one; the output answers with the next word. */
function inAndOut(
  embd: number,
  { tokens, first, next }: Vocabulary,
  draw: Draw,
): { embedding: Float32Array; output: Float32Array } {
  const around = (scale: number): number => (draw() * 2 - 1) * scale;
  const direction = (): Float32Array => Float32Array.from({ length: embd }, () => (draw() < 0.5 ? -1 : 1));
  const shared = direction();
  const own = new Map([...next.keys()].map((token) => [token, direction()]));
  const embedding = new Float32Array(tokens.length * embd);
  for (let token = 0; token < tokens.length; token += 1) {
    const base = own.get(token) ?? shared;
    for (let d = 0; d < embd; d += 1) embedding[token * embd + d] = (base[d] ?? 0) + around(0.02);
  }
  // The right word then leads the others by about 20 in its logit: no temperature makes it lose.
  const sharpness = 32 / embd;
  const output = Float32Array.from({ length: tokens.length * embd }, () => around(0.002));
  const teach = (from: Float32Array, to: number): void => {
    for (let d = 0; d < embd; d += 1) output[to * embd + d] = (output[to * embd + d] ?? 0) + (from[d] ?? 0) * sharpness;
  };
  teach(shared, first);
  for (const [from, to] of next) teach(own.get(from) ?? shared, to);
  return { embedding, output };
}
