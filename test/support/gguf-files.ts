import { writeFile } from "node:fs/promises";

/** Numbers of GGUF's types of values. */
const TYPES = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  string: 8,
  array: 9,
  u64: 10,
  i64: 11,
  f64: 12,
} as const;

export type GgufType = Exclude<keyof typeof TYPES, "array">;
type Plain = string | number | boolean;
/** A plain one is written as what its kind suggests: text, bool, u32, or f32 where it is no whole number. */
export type GgufInput =
  | Plain
  | readonly Plain[]
  | { readonly type: GgufType; readonly value: Plain | readonly Plain[] }
  /** Whatever bytes: number of the type, and the value as it stands in the file. */
  | { readonly raw: number; readonly bytes: Uint8Array };

export interface GgufTensorInput {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Number of a ggml type; 0 (F32) where absent. */
  readonly type?: number;
  /** Where it begins in the data; absent: after the one before it, as if each weight took 4 bytes. */
  readonly offset?: number;
}

export interface GgufInputFile {
  readonly version?: number;
  readonly littleEndian?: boolean;
  readonly keys?: Readonly<Record<string, GgufInput>>;
  readonly tensors?: readonly GgufTensorInput[];
  /** What the header claims, where it differs from what is there. */
  readonly keyCount?: bigint;
  readonly tensorCount?: bigint;
}

/** The header of a GGUF file; its tensors' data would follow at the next multiple of 32. */
export function ggufBytes(file: GgufInputFile): Uint8Array {
  const { version = 3, littleEndian = true, keys = {}, tensors = [] } = file;
  const write = createWriter(littleEndian);
  const entries = Object.entries(keys);
  write.parts.push(Buffer.from("GGUF"));
  write.scalar("u32", version);
  write.size(file.tensorCount ?? BigInt(tensors.length));
  write.size(file.keyCount ?? BigInt(entries.length));
  for (const [key, input] of entries) {
    write.scalar("string", key);
    if (typeof input === "object" && "raw" in input) {
      write.scalar("u32", input.raw);
      write.parts.push(input.bytes);
      continue;
    }
    const typed = typeof input === "object" && "value" in input ? input : { value: input, type: undefined };
    if (Array.isArray(typed.value)) {
      const elements: readonly Plain[] = typed.value;
      const type = typed.type ?? suggested(elements[0] ?? 0);
      write.scalar("u32", TYPES.array);
      write.scalar("u32", TYPES[type]);
      write.size(BigInt(elements.length));
      for (const element of elements) write.scalar(type, element);
    } else {
      const value = typed.value as Plain;
      const type = typed.type ?? suggested(value);
      write.scalar("u32", TYPES[type]);
      write.scalar(type, value);
    }
  }
  let next = 0;
  for (const { name, dimensions, type = 0, offset = next } of tensors) {
    write.scalar("string", name);
    write.scalar("u32", dimensions.length);
    for (const size of dimensions) write.size(BigInt(size));
    write.scalar("u32", type);
    write.size(BigInt(offset));
    next = offset + Math.ceil((4 * dimensions.reduce((product, size) => product * size, 1)) / 32) * 32;
  }
  return Buffer.concat(write.parts);
}

export async function writeGguf(path: string, file: GgufInputFile): Promise<void> {
  await writeFile(path, ggufBytes(file));
}

const suggested = (value: Plain): GgufType => {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Number.isInteger(value) ? (value < 0 ? "i32" : "u32") : "f32";
};

interface Writer {
  readonly parts: Uint8Array[];
  scalar(type: GgufType, value: Plain): void;
  size(value: bigint): void;
}

function createWriter(little: boolean): Writer {
  const parts: Uint8Array[] = [];
  const number = (bytes: number, put: (view: DataView) => void): void => {
    const buffer = Buffer.alloc(bytes);
    put(new DataView(buffer.buffer, buffer.byteOffset, bytes));
    parts.push(buffer);
  };
  const size = (value: bigint): void => number(8, (view) => view.setBigUint64(0, value, little));
  return {
    parts,
    size,
    scalar: (type, value) => {
      const plain = Number(value);
      switch (type) {
        case "string": {
          const text = Buffer.from(String(value));
          size(BigInt(text.length));
          parts.push(text);
          return;
        }
        case "u8":
        case "bool":
          return number(1, (view) => view.setUint8(0, plain));
        case "i8":
          return number(1, (view) => view.setInt8(0, plain));
        case "u16":
          return number(2, (view) => view.setUint16(0, plain, little));
        case "i16":
          return number(2, (view) => view.setInt16(0, plain, little));
        case "u32":
          return number(4, (view) => view.setUint32(0, plain, little));
        case "i32":
          return number(4, (view) => view.setInt32(0, plain, little));
        case "f32":
          return number(4, (view) => view.setFloat32(0, plain, little));
        case "u64":
          return size(BigInt(plain));
        case "i64":
          return number(8, (view) => view.setBigInt64(0, BigInt(plain), little));
        case "f64":
          return number(8, (view) => view.setFloat64(0, plain, little));
      }
    },
  };
}
