import type { GgufInputFile } from "../../../support/gguf-files.ts";

const matrix = (name: string, rows: number, columns: number, type: number) => ({
  name,
  dimensions: [rows, columns],
  type,
});
const Q4_K = 12;
const Q6_K = 14;

const layer = (index: number) => [
  { name: `blk.${index}.attn_norm.weight`, dimensions: [4096] },
  matrix(`blk.${index}.attn_q.weight`, 4096, 4096, Q4_K),
  matrix(`blk.${index}.attn_k.weight`, 4096, 1024, Q4_K),
  matrix(`blk.${index}.attn_v.weight`, 4096, 1024, Q6_K),
  matrix(`blk.${index}.attn_output.weight`, 4096, 4096, Q4_K),
  matrix(`blk.${index}.ffn_gate.weight`, 4096, 14_336, Q4_K),
  matrix(`blk.${index}.ffn_up.weight`, 4096, 14_336, Q4_K),
  matrix(`blk.${index}.ffn_down.weight`, 14_336, 4096, Q6_K),
  { name: `blk.${index}.ffn_norm.weight`, dimensions: [4096] },
];

export const tokens = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `token-${index}`);

/** As converters write Llama 3.1 8B, with a shorter vocabulary. */
export const llama: GgufInputFile = {
  keys: {
    "general.architecture": "llama",
    "general.type": "model",
    "general.name": "Meta Llama 3.1 8B Instruct",
    "general.basename": "Llama-3.1",
    "general.size_label": "8B",
    "general.license": "llama3.1",
    "general.languages": ["en", "de"],
    "general.base_model.count": 1,
    "general.base_model.0.name": "Llama 3.1 8B",
    "general.base_model.0.repo_url": "https://example.org/meta-llama/Llama-3.1-8B",
    "general.file_type": 15,
    "llama.block_count": 32,
    "llama.context_length": 131_072,
    "llama.embedding_length": 4096,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.vocab_size": 128_256,
    "llama.rope.freq_base": 500_000.5,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": tokens(5000),
    "tokenizer.ggml.token_type": { type: "i32", value: Array.from({ length: 5000 }, () => 1) },
    "tokenizer.chat_template": "{% for message in messages %}{{ message.content }}{% endfor %}",
  },
  tensors: [
    matrix("token_embd.weight", 4096, 128_256, Q4_K),
    ...Array.from({ length: 32 }, (_, index) => layer(index)).flat(),
    { name: "output_norm.weight", dimensions: [4096] },
    matrix("output.weight", 4096, 128_256, Q6_K),
  ],
};

/** A mixture of experts: 8, of which 2 are used. */
export const mixture: GgufInputFile = {
  keys: {
    "general.architecture": "qwen3moe",
    "general.size_label": "2x8",
    "general.basename": "Tiny",
    "qwen3moe.block_count": 2,
    "qwen3moe.embedding_length": 256,
    "qwen3moe.attention.head_count": 4,
    "qwen3moe.attention.head_count_kv": 2,
    "qwen3moe.attention.key_length": 128,
    "qwen3moe.attention.value_length": 128,
    "qwen3moe.expert_count": 8,
    "qwen3moe.expert_used_count": 2,
    "tokenizer.ggml.tokens": tokens(20),
  },
  tensors: [
    matrix("token_embd.weight", 256, 20, 8),
    ...[0, 1].flatMap((index) => [
      matrix(`blk.${index}.attn_q.weight`, 256, 512, 8),
      { name: `blk.${index}.ffn_up_exps.weight`, dimensions: [256, 512, 8], type: 39 },
      { name: `blk.${index}.ffn_up_shexp.weight`, dimensions: [256, 512], type: 8 },
    ]),
  ],
};

/** Small enough to cut it everywhere. */
export const tiny: GgufInputFile = {
  keys: {
    "general.architecture": "llama",
    "llama.block_count": 1,
    "llama.embedding_length": 32,
    "llama.attention.head_count": 2,
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.ggml.scores": [0.5, 1.5, 2.5],
  },
  tensors: [{ name: "blk.0.attn_q.weight", dimensions: [32, 32], type: 1 }],
};
