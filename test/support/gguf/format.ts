import { brain, half } from "./numbers.ts";

/** How the matrices are stored. */
export type TensorType = "F32" | "F16" | "BF16" | "Q8_0";

interface Encoding {
  /** ggml's number of the type. */
  readonly id: number;
  /** `general.file_type` of a file that is mostly this. */
  readonly fileType: number;
  /** Values in one block, and its bytes. */
  readonly block: readonly [values: number, bytes: number];
  encode(values: Float32Array): Buffer;
}

/** Numbers of ggml.h and llama.h. */
export const encodings: Readonly<Record<TensorType, Encoding>> = {
  F32: {
    id: 0,
    fileType: 0,
    block: [1, 4],
    encode: (values) => Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  },
  F16: { id: 1, fileType: 1, block: [1, 2], encode: (values) => words(values, half) },
  BF16: { id: 30, fileType: 32, block: [1, 2], encode: (values) => words(values, brain) },
  Q8_0: { id: 8, fileType: 7, block: [32, 34], encode: (values) => quantized(values) },
};

export function bytesOf(count: number, type: TensorType): number {
  const [values, bytes] = encodings[type].block;
  return (count / values) * bytes;
}

function words(values: Float32Array, word: (value: number) => number): Buffer {
  const out = Uint16Array.from(values, word);
  return Buffer.from(out.buffer);
}

/** Blocks of 32 values: their scale as a half, then 32 signed bytes. */
function quantized(values: Float32Array): Buffer {
  const out = Buffer.alloc(bytesOf(values.length, "Q8_0"));
  for (let at = 0, to = 0; at < values.length; at += 32) {
    const block = values.subarray(at, at + 32);
    const scale = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    to = out.writeUInt16LE(half(scale), to);
    for (const value of block) to = out.writeInt8(scale === 0 ? 0 : Math.round(value / scale), to);
  }
  return out;
}

const number = (bytes: number, write: (out: Buffer) => void): Buffer => {
  const out = Buffer.alloc(bytes);
  write(out);
  return out;
};
export const u32 = (value: number): Buffer => number(4, (out) => out.writeUInt32LE(value));
export const u64 = (value: number): Buffer => number(8, (out) => out.writeBigUInt64LE(BigInt(value)));
export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
};

/** A metadata value as GGUF types it: the type's number, and its bytes. */
export interface Value {
  readonly type: number;
  readonly bytes: Buffer;
}
export const uint = (value: number): Value => ({ type: 4, bytes: u32(value) });
export const int = (value: number): Value => ({ type: 5, bytes: number(4, (out) => out.writeInt32LE(value)) });
export const float = (value: number): Value => ({ type: 6, bytes: number(4, (out) => out.writeFloatLE(value)) });
export const flag = (value: boolean): Value => ({ type: 7, bytes: Buffer.from([value ? 1 : 0]) });
export const string = (value: string): Value => ({ type: 8, bytes: text(value) });
export const list = (values: readonly Value[]): Value => ({
  type: 9,
  bytes: Buffer.concat([u32(values[0]?.type ?? 8), u64(values.length), ...values.map((value) => value.bytes)]),
});

export const metadata = (key: string, { type, bytes }: Value): Buffer => Buffer.concat([text(key), u32(type), bytes]);
