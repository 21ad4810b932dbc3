import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { type GgufInput, ggufBytes } from "../../support/gguf-files.ts";

/** Long enough ago to be remembered. */
const PAST = new Date("2024-05-06T07:08:09Z");

export type Leaf = string | Uint8Array | { readonly link: string };

/** Files by their paths below the folder, all of them and their folders of a day long ago. */
export async function plant(root: string, files: Readonly<Record<string, Leaf>>): Promise<void> {
  const folders = new Set<string>([root]);
  for (const [inside, leaf] of Object.entries(files)) {
    const file = path.join(root, inside);
    await mkdir(path.dirname(file), { recursive: true });
    for (let folder = path.dirname(file); folder.startsWith(root); folder = path.dirname(folder)) folders.add(folder);
    if (typeof leaf === "object" && "link" in leaf) await symlink(leaf.link, file);
    else {
      await writeFile(file, leaf);
      await utimes(file, PAST, PAST);
    }
  }
  for (const folder of folders) await utimes(folder, PAST, PAST);
}

/** A small GGUF file that is whole. */
export function gguf(keys: Readonly<Record<string, GgufInput>> = {}): Uint8Array {
  const header = ggufBytes({
    keys: { "general.architecture": "llama", "llama.block_count": 1, ...keys },
    tensors: [{ name: "token_embd.weight", dimensions: [32, 2] }],
  });
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(256)]);
}

export const projector = (): Uint8Array => gguf({ "general.architecture": "clip", "clip.has_vision_encoder": true });

export function safetensors(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: metadata,
      "model.embed_tokens.weight": { dtype: "F16", shape: [4, 2], data_offsets: [0, 16] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(16)]);
}

export const config = JSON.stringify({
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  num_hidden_layers: 1,
});
