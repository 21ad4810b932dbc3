import { DTYPE_BITS, type Tensor, elementsOf } from "./header.ts";

/** How one tensor's elements count. */
export interface Count {
  /** As people write it: `BF16`, `FP8`, `GPTQ-Int4`. */
  readonly type: string;
  readonly parameters: number;
}

/** Counts a tensor of the file; auxiliary ones count nothing. */
export type Counting = (tensor: Tensor, auxiliary: boolean) => Count;

const PLAIN: Readonly<Record<string, string>> = { F8_E4M3: "FP8", F8_E5M2: "FP8", I8: "INT8", F4: "FP4" };
export const typeOf = (dtype: string): string => PLAIN[dtype] ?? (dtype in DTYPE_BITS ? dtype : "other");
/** What others are packed into. */
export const PACKERS: ReadonlySet<string> = new Set(["U8", "I32", "U32"]);
/** What MLX packs with unless its config says otherwise. */
const MLX_GROUP = 64;
/** What compressed-tensors packs with unless its config says otherwise. */
const PACKED_BITS = 4;

/**
 * Types narrower than a byte stand packed into whole numbers: this looks at what lies beside them, since their own row
 * tells only the packed length.
 */
export function countingOf(tensors: readonly Tensor[]): Counting {
  let byName: ReadonlyMap<string, Tensor> | undefined;
  return (tensor, auxiliary) => {
    const { name, dtype } = tensor;
    const elements = elementsOf(tensor);
    if (auxiliary || !Number.isSafeInteger(elements)) return { type: dtype, parameters: 0 };
    if (!PACKERS.has(dtype)) return { type: typeOf(dtype), parameters: elements };
    byName ??= new Map(tensors.map((one) => [one.name, one]));
    const base = name.replace(/(?:qweight|weight|weight_packed|_blocks)$/, "");
    const beside = (suffix: string): Tensor | undefined => byName?.get(base + suffix);
    if (name.endsWith("qweight") && dtype === "I32") return packedWhole(tensor, beside("qzeros"), beside("scales"));
    if (name.endsWith("_blocks") && dtype === "U8" && beside("_scales"))
      return { type: "MXFP4", parameters: 2 * elements };
    if (name.endsWith("weight_packed"))
      return dtype === "U8"
        ? { type: "NVFP4", parameters: 2 * elements }
        : { type: "W4A16", parameters: (elements * 32) / PACKED_BITS };
    if (dtype === "U32") return packedByMlx(tensor, beside("scales"));
    if (dtype === "U8" && beside("weight_scale_2")) return { type: "NVFP4", parameters: 2 * elements };
    if (dtype === "U8" && byName.has(`${name}.absmax`)) {
      const fp4 = byName.has(`${name}.quant_state.bitsandbytes__fp4`);
      return { type: fp4 ? "FP4" : "NF4", parameters: 2 * elements };
    }
    return { type: typeOf(dtype), parameters: elements };
  };
}

/** GPTQ packs rows, AWQ columns; in both the zeros have as many columns as are packed for `scales`' columns. */
function packedWhole(weight: Tensor, zeros: Tensor | undefined, scales: Tensor | undefined): Count {
  const columns = scales?.shape.at(-1) ?? 0;
  const bits = columns > 0 ? Math.round((32 * (zeros?.shape.at(-1) ?? 0)) / columns) : 0;
  const known = [2, 3, 4, 8].includes(bits) ? bits : 4;
  const byColumns = weight.shape.at(-1) !== columns;
  return {
    type: byColumns ? (known === 4 ? "AWQ" : `AWQ-Int${known}`) : `GPTQ-Int${known}`,
    parameters: Math.round((elementsOf(weight) * 32) / known),
  };
}

function packedByMlx(weight: Tensor, scales: Tensor | undefined): Count {
  if (scales === undefined) return { type: "U32", parameters: elementsOf(weight) };
  const parameters = elementsOf(scales) * MLX_GROUP;
  const bits = parameters > 0 ? Math.round((32 * elementsOf(weight)) / parameters) : 0;
  return { type: `${bits}bit`, parameters };
}
