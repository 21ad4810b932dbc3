import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type GgufInputFile, ggufBytes } from "../gguf-files.ts";

export const sha256Of = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

export const gitSha1Of = (content: Uint8Array | string): string => {
  const bytes = Buffer.from(content);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
};

/** With room for the tensors, all zero. */
const withTensors = (file: GgufInputFile): Uint8Array => Buffer.concat([ggufBytes(file), Buffer.alloc(512)]);

/** A GGUF file of a small model; the name makes it another one. */
export const tinyModel = (name: string): Uint8Array =>
  withTensors({
    keys: {
      "general.architecture": "llama",
      "general.type": "model",
      "general.name": name,
      "general.file_type": 15,
      "llama.context_length": 2048,
      "llama.block_count": 1,
    },
    tensors: [{ name: "token_embd.weight", dimensions: [8, 8] }],
  });

export const tinyProjector = (): Uint8Array =>
  withTensors({
    keys: { "general.architecture": "clip", "general.type": "mmproj", "clip.has_vision_encoder": true },
    tensors: [{ name: "v.patch_embd.weight", dimensions: [4, 4] }],
  });

/** One tensor of four float16; the metadata makes it another one. */
export function safetensors(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header = JSON.stringify({
    __metadata__: metadata,
    "model.embed_tokens.weight": { dtype: "F16", shape: [2, 2], data_offsets: [0, 8] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]);
}

/** With its folders. */
export async function put(file: string, content: string | Uint8Array): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}
