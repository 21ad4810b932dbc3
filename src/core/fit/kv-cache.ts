import type { ModelShape } from "../identify/shape.ts";
import type { CacheType } from "./fit.ts";
import type { Load } from "./load.ts";

/** Bytes of one element; the small ones are blocks of 32 with their scales. See ggml-common.h. */
const ELEMENT = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
} as const satisfies Record<CacheType, number>;

/** Bytes by layer, the state of recurrent ones included; empty where the number of layers is unknown. */
export interface CacheBytes {
  readonly layers: readonly number[];
  readonly unknown: readonly string[];
}

/** After llama.cpp's src/llama-kv-cache.cpp and src/llama-hparams.cpp. */
export function cacheBytes(shape: ModelShape, load: Load): CacheBytes {
  const { layers = 0, recurrent } = shape;
  if (layers === 0) return { layers: [], unknown: ["layers"] };
  const { width, unknown } = tokenWidth(shape, load);
  const { slidingWindow } = shape;
  const windowWidth = slidingWindow ? tokenWidth({ ...shape, ...lengthsOf(slidingWindow) }, load).width : width;
  return {
    layers: Array.from({ length: layers }, (_, layer) =>
      recurrent?.layers[layer] === true
        ? stateBytes(recurrent) * load.slots
        : cellsOf(shape, load, layer) *
          kvHeadsOf(shape, layer) *
          (slidingWindow?.layers[layer] === true ? windowWidth : width),
    ),
    unknown,
  };
}

/** Cells of a layer's cache that sees everything. */
export const fullCells = ({ context, flashAttention }: Load): number => padded(context, flashAttention);

function cellsOf({ slidingWindow }: ModelShape, load: Load, layer: number): number {
  const all = fullCells(load);
  if (slidingWindow?.layers[layer] !== true || load.fullWindow) return all;
  return Math.min(all, padded(slidingWindow.tokens * load.slots + load.microBatch, load.flashAttention));
}

const padded = (cells: number, flashAttention: boolean): number => {
  const unit = flashAttention ? 256 : 32;
  return Math.ceil(cells / unit) * unit;
};

/** Of layers with a window, where theirs differ. */
const lengthsOf = ({
  keyLength,
  valueLength,
}: NonNullable<ModelShape["slidingWindow"]>): Pick<ModelShape, "keyLength" | "valueLength"> => ({
  ...(keyLength === undefined ? {} : { keyLength }),
  ...(valueLength === undefined ? {} : { valueLength }),
});

/** Bytes one KV head of one layer keeps of a token. */
function tokenWidth(
  { keyLength, valueLength, embedding, heads, latent, kvHeads }: ModelShape,
  { keyType, valueType }: Load,
): { readonly width: number; readonly unknown: readonly string[] } {
  const usual = embedding !== undefined && heads !== undefined && heads > 0 ? embedding / heads : undefined;
  const key = keyLength ?? usual;
  const value = latent === true ? 0 : (valueLength ?? keyLength ?? usual);
  const unknown = [
    ...(key === undefined || value === undefined ? ["head size"] : []),
    ...(kvHeads === undefined && heads === undefined && latent !== true ? ["KV heads"] : []),
  ];
  return { width: (key ?? 0) * ELEMENT[keyType] + (value ?? 0) * ELEMENT[valueType], unknown };
}

/** Where nothing says otherwise every attention head has keys of its own; a latent is one for all. */
function kvHeadsOf({ kvHeads, heads, latent }: ModelShape, layer: number): number {
  if (typeof kvHeads === "number") return kvHeads;
  return kvHeads?.[layer] ?? kvHeads?.at(-1) ?? (latent === true ? 1 : (heads ?? 0));
}

/** Of one sequence, always F32. */
const stateBytes = ({ convKernel, innerSize, groups, stateSize }: NonNullable<ModelShape["recurrent"]>): number =>
  4 * (Math.max(0, convKernel - 1) * (innerSize + 2 * groups * stateSize) + stateSize * innerSize);
