import { closeSync, ftruncateSync, mkdirSync, openSync, utimesSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { ggufBytes } from "../support/gguf-files.ts";

const PAST = new Date("2024-05-06T07:08:09Z");
const OWNERS = 100;
const REPOSITORIES = 2320;
const MODELS = 5000;
const FILES = 100_000;

const BASES = 10;
/** GGUF's numbers of Q4_K, Q5_K, Q6_K, Q8_0 and F16. */
const TYPES = [12, 13, 14, 8, 1] as const;

/**
 * 100,000 files in 2,420 folders; 5,000 of them models with headers of 30 to 40 KB, each eight megabytes of holes. As in a
 * collection they go back to a few models: ten in each format, which differ in vocabulary and shapes, in five
 * quantizations; each has a title of its own, so that no two headers are alike.
 */
export function plantLibrary(root: string): void {
  const others = Math.floor((FILES - MODELS) / REPOSITORIES);
  let models = 0;
  let rest = FILES - MODELS - others * REPOSITORIES;
  for (let index = 0; index < REPOSITORIES; index += 1) {
    const kind = index % 2 === 0 ? "gguf" : "safetensors";
    const folder = path.join(root, `owner-${index % OWNERS}`, `model-${index}-${kind}`);
    mkdirSync(folder, { recursive: true });
    const upTo = Math.round(((index + 1) * MODELS) / REPOSITORIES);
    for (let number = 0; models < upTo; models += 1, number += 1)
      sparse(
        path.join(folder, `model-${index}-v${number}${kind === "gguf" ? "-Q4_K_M" : ""}.${kind}`),
        headers[kind](index, number),
      );
    const extra = rest > 0 ? 1 : 0;
    rest -= extra;
    for (let number = 0; number < others + extra; number += 1)
      writeFileSync(path.join(folder, `notes-${number}.txt`), "");
    utimesSync(folder, PAST, PAST);
  }
  for (let owner = 0; owner < OWNERS; owner += 1) utimesSync(path.join(root, `owner-${owner}`), PAST, PAST);
  utimesSync(root, PAST, PAST);
}

const headers = { gguf: ggufHeader, safetensors: safetensorsHeader };

function sparse(file: string, header: Uint8Array): void {
  const handle = openSync(file, "w");
  writeSync(handle, header);
  ftruncateSync(handle, 2 ** 23);
  closeSync(handle);
  utimesSync(file, PAST, PAST);
}

const baseOf = (index: number): number => (index >> 1) % BASES;

function ggufHeader(index: number, number: number): Uint8Array {
  const base = baseOf(index);
  return ggufBytes({
    keys: {
      "general.architecture": "llama",
      "general.name": `Bench ${index} ${number}`,
      "llama.block_count": 32,
      "llama.context_length": 8192,
      "llama.embedding_length": 4096,
      "llama.attention.head_count": 32,
      "llama.attention.head_count_kv": 8,
      "tokenizer.ggml.tokens": Array.from({ length: 1200 }, (_, token) => `token-${token}-${base}`),
    },
    tensors: Array.from({ length: 290 }, (_, tensor) => ({
      name: `blk.${Math.floor(tensor / 9)}.attn_${tensor % 9}.weight`,
      dimensions: [256, 16 * (1 + base)],
      type: TYPES[number % TYPES.length] ?? 1,
    })),
  });
}

function safetensorsHeader(index: number, number: number): Uint8Array {
  const rows = 1 + baseOf(index);
  const tensors = Array.from({ length: 300 }, (_, tensor) => [
    `model.layers.${Math.floor(tensor / 9)}.self_attn.part_${tensor % 9}.weight`,
    { dtype: "F16", shape: [16, 16 * rows], data_offsets: [tensor * 512 * rows, (tensor + 1) * 512 * rows] },
  ]);
  const metadata = { format: "pt", "modelspec.title": `Title ${index} ${number}` };
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(tensors) }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}
