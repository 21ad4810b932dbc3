import { mkdtemp, rm } from "node:fs/promises";
import { closeSync, openSync, readSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { gguf } from "@huggingface/gguf";
import { readGguf } from "../../src/core/identify/gguf/read-gguf.ts";
import { isMalformed, read } from "../../src/core/identify/reader.ts";
import { writeGguf } from "../support/gguf-files.ts";
import { interleaved } from "./interleaved.ts";

/** What the header of a model with a vocabulary of 2 MB takes: ours against the reader that Hugging Face offers. */
export async function headers(rounds: number): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "headers-"));
  try {
    const file = path.join(folder, "model.gguf");
    await writeModel(file);
    const ours = async (): Promise<number> => {
      const began = performance.now();
      const opened = openSync(file, "r");
      const window = Buffer.allocUnsafe(1 << 20);
      const header = read(readGguf(), ({ offset, length }) =>
        window.subarray(0, readSync(opened, window, 0, Math.min(length, window.length), offset)),
      );
      closeSync(opened);
      if (isMalformed(header) || header.tensors?.count !== TENSORS) throw new Error("The header was not read.");
      return Promise.resolve(performance.now() - began);
    };
    const theirs = async (): Promise<number> => {
      const began = performance.now();
      const { tensorInfos } = await gguf(file, { allowLocalFile: true, computeParametersCount: true });
      if (tensorInfos.length !== TENSORS) throw new Error("The header was not read.");
      return performance.now() - began;
    };
    await ours();
    await theirs();
    for (const { contender, median, least, most } of await interleaved({ ours, "@huggingface/gguf": theirs }, rounds))
      console.log(
        `H1  header with a vocabulary of 2 MB ÷ ${contender}: ${median.toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)}, ${rounds} rounds)`,
      );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const LAYERS = 32;
const TENSORS = LAYERS * 9;

/** 128,000 tokens of 8 bytes beside their lengths. */
async function writeModel(file: string): Promise<void> {
  await writeGguf(file, {
    keys: {
      "general.architecture": "llama",
      "llama.block_count": LAYERS,
      "llama.embedding_length": 64,
      "llama.attention.head_count": 8,
      "tokenizer.ggml.tokens": Array.from({ length: 128_000 }, (_, index) => String(index).padStart(8, "t")),
      "tokenizer.ggml.token_type": { type: "i32", value: Array.from({ length: 128_000 }, () => 1) },
    },
    tensors: Array.from({ length: TENSORS }, (_, index) => ({
      name: `blk.${Math.floor(index / 9)}.part_${index % 9}.weight`,
      dimensions: [1],
    })),
  });
}
