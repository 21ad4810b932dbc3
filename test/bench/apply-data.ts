import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { ggufBytes } from "../support/gguf-files.ts";

/** GGUF files with as much in their headers as usual ones say, each a megabyte of holes. @returns their paths */
export function plantModels(root: string, models: number): readonly string[] {
  const headers = Array.from({ length: 8 }, (_, index) => header(index));
  return Array.from({ length: models }, (_, index) => {
    const folder = path.join(root, `owner-${index % 100}`, `model-${index}-GGUF`);
    const file = path.join(folder, `model-${index}-Q4_K_M.gguf`);
    mkdirSync(folder, { recursive: true });
    const handle = openSync(file, "w");
    writeSync(handle, headers[index % headers.length] ?? header(0));
    // No two are of one size: they are different models.
    ftruncateSync(handle, 2 ** 20 + index);
    closeSync(handle);
    return file;
  });
}

function header(kind: number): Uint8Array {
  return ggufBytes({
    keys: {
      "general.architecture": "llama",
      "general.name": `Bench ${kind}`,
      "general.license": "apache-2.0",
      "general.size_label": "8B",
      "general.description": "A model that is looked at, and never loaded.",
      "llama.block_count": 32 + kind,
      "llama.context_length": 8192 * (kind + 1),
      "llama.embedding_length": 4096,
      "llama.feed_forward_length": 14336,
      "llama.vocab_size": 128256,
      "llama.attention.head_count": 32,
      "llama.attention.head_count_kv": 8,
      "llama.expert_count": 8,
      "llama.expert_used_count": 2,
      "tokenizer.chat_template":
        "{% for message in messages %}{{ message.content }}{% if tools %}<tool_call>{% endif %}<think>{% endfor %}",
    },
    tensors: Array.from({ length: 40 }, (_, index) => ({
      name: `blk.${Math.floor(index / 9)}.attn_${index % 9}.weight`,
      dimensions: [16, 16],
    })),
  });
}
