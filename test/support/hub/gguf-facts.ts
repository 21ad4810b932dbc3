import { open } from "node:fs/promises";

/** What the hub tells of a GGUF file in a model's info. */
export interface GgufFacts {
  /** Weights, counted. */
  readonly total: number;
  readonly architecture?: string;
  readonly context_length?: number;
}

/** From the file's first MiB; undefined where it is none or its header is not simple. */
export async function readGgufFacts(file: string): Promise<GgufFacts | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
    return parse(buffer.subarray(0, bytesRead));
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

function parse(data: Buffer): GgufFacts | undefined {
  if (data.toString("latin1", 0, 4) !== "GGUF") return undefined;
  let at = 8;
  const u32 = (): number => data.readUInt32LE((at += 4) - 4);
  const u64 = (): number => Number(data.readBigUInt64LE((at += 8) - 8));
  const text = (): string => {
    const length = u64();
    return data.toString("utf8", at, (at += length));
  };
  const sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
  const value = (type: number): string | number | undefined => {
    if (type === 8) return text();
    if (type === 4) return u32();
    if (type === 10) return u64();
    if (type === 9) {
      const inner = u32();
      const count = u64();
      if (inner === 8 || inner === 9) for (let i = 0; i < count; i++) value(inner);
      else at += count * (sizes[inner] ?? 0);
      return undefined;
    }
    at += sizes[type] ?? 0;
    return undefined;
  };
  const tensors = u64();
  const pairs = u64();
  const known = new Map<string, string | number>();
  for (let i = 0; i < pairs; i++) {
    const name = text();
    const read = value(u32());
    if (read !== undefined) known.set(name, read);
  }
  let total = 0;
  for (let i = 0; i < tensors; i++) {
    text();
    let count = 1;
    for (let dimensions = u32(); dimensions > 0; dimensions--) count *= u64();
    total += count;
    at += 12;
  }
  const architecture = known.get("general.architecture");
  const context = known.get(`${architecture}.context_length`);
  return {
    total,
    ...(typeof architecture === "string" && { architecture }),
    ...(typeof context === "number" && { context_length: context }),
  };
}
