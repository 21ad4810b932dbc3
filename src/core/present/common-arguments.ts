import type { EntryForm } from "../protocol/library-page.ts";
import { type Backend, backends } from "../protocol/models.ts";

/**
 * What people give most often, with a value to begin from; a flag and its value are two arguments, so two lines.
 * Names as the servers' own `--help` has them; those of Ollama are the options of its requests, as it has no arguments
 * for one model.
 */
const common: Readonly<Partial<Record<Backend, readonly (readonly [string, ...string[]])[]>>> = {
  "llama.cpp": [
    ["--ctx-size", "8192"],
    ["--n-gpu-layers", "99"],
    ["--flash-attn", "on"],
    ["--cache-type-k", "q8_0"],
    ["--cache-type-v", "q8_0"],
    ["--parallel", "1"],
    ["--batch-size", "2048"],
    ["--ubatch-size", "512"],
    ["--threads", "8"],
    ["--override-tensor", "\\.ffn_.*_exps\\.=CPU"],
    ["--n-cpu-moe", "16"],
    ["--jinja"],
    ["--no-mmap"],
    ["--embeddings"],
  ],
  vllm: [
    ["--max-model-len", "8192"],
    ["--gpu-memory-utilization", "0.90"],
    ["--tensor-parallel-size", "2"],
    ["--dtype", "auto"],
    ["--quantization", "awq"],
    ["--kv-cache-dtype", "fp8"],
    ["--max-num-seqs", "16"],
    ["--served-model-name", "model"],
    ["--enforce-eager"],
    ["--enable-prefix-caching"],
    ["--enable-auto-tool-choice"],
    ["--tool-call-parser", "hermes"],
    ["--trust-remote-code"],
  ],
  lmdeploy: [
    ["--session-len", "8192"],
    ["--tp", "2"],
    ["--cache-max-entry-count", "0.8"],
    ["--quant-policy", "8"],
    ["--max-batch-size", "16"],
    ["--backend", "turbomind"],
    ["--model-format", "awq"],
    ["--model-name", "model"],
  ],
  ollama: [
    ["num_ctx=8192"],
    ["num_gpu=99"],
    ["num_thread=8"],
    ["num_predict=512"],
    ["temperature=0.7"],
    ["keep_alive=30m"],
  ],
};

export const commonArguments = (): EntryForm["suggestions"] =>
  backends.flatMap((backend) =>
    (common[backend] ?? []).map((words) => ({ backend, label: words.join(" "), lines: words.join("\n") })),
  );
