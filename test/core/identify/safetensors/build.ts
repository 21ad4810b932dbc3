import type { FileHead } from "../../../../src/core/identify/head.ts";
import { isMalformed, readBuffer } from "../../../../src/core/identify/reader.ts";
import { DTYPE_BITS } from "../../../../src/core/identify/safetensors/header.ts";
import { readSafetensors } from "../../../../src/core/identify/safetensors/read-safetensors.ts";
import { safetensorsHead } from "../../../../src/core/identify/safetensors/safetensors-head.ts";

/** Name → type and lengths: `["BF16", 4096, 4096]`. */
export type Tensors = Readonly<Record<string, readonly [string, ...number[]]>>;

/** A header whose tensors lie one after another, and how long the whole file would be. */
export function safetensorsFile(
  tensors: Tensors,
  metadata?: Readonly<Record<string, string>>,
): { readonly bytes: Uint8Array; readonly size: number } {
  let at = 0;
  const table = Object.entries(tensors).map(([name, [dtype, ...shape]]) => {
    const bytes = Math.ceil((shape.reduce((a, b) => a * b, 1) * (DTYPE_BITS[dtype] ?? 8)) / 8);
    at += bytes;
    return [name, { dtype, shape, data_offsets: [at - bytes, at] }];
  });
  const header = Object.fromEntries([...(metadata ? [["__metadata__", metadata]] : []), ...table]);
  const bytes = withLength(JSON.stringify(header));
  return { bytes, size: bytes.length + at };
}

export function withLength(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

export function headOf(
  tensors: Tensors,
  metadata?: Readonly<Record<string, string>>,
  name = "x.safetensors",
): FileHead {
  const { bytes, size } = safetensorsFile(tensors, metadata);
  const header = readBuffer(readSafetensors(size), bytes);
  if (isMalformed(header)) throw new Error(header.malformed);
  return safetensorsHead(header, name);
}

/** A llama's tensors, small; `weight` is what its matrices are. */
export const llama = (layers: number, dtype = "BF16"): Tensors =>
  Object.fromEntries([
    ["model.embed_tokens.weight", [dtype, 100, 64]],
    ...Array.from({ length: layers }, (_, n) => [`model.layers.${n}.self_attn.q_proj.weight`, [dtype, 64, 64]]),
    ...Array.from({ length: layers }, (_, n) => [`model.layers.${n}.input_layernorm.weight`, ["BF16", 64]]),
    ["lm_head.weight", [dtype, 100, 64]],
  ]);
