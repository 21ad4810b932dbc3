import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Edit } from "../../src/core/ports/database.ts";
import type { Characteristic } from "../../src/core/protocol/models.ts";
import { entryEdits } from "../../src/core/registry/entry-edits.ts";

export const ENTRIES = 10_000;
const FILES_EACH = 4;

const backends = ["llama.cpp", "vllm", "ollama", "mlx"] as const;
const quantizations = ["q4_k_m", "q5_k_m", "q6_k", "q8_0", "f16"] as const;
const owners = ["acme", "bartowski", "unsloth", "lmstudio-community"] as const;

const nth = <T>(list: readonly [T, ...T[]] | readonly T[], index: number): T => {
  const one = list[index % list.length];
  if (one === undefined) throw new Error("an empty list");
  return one;
};

/** As a header, a template and a hub say them. */
function factsOf(index: number): readonly Characteristic[] {
  const header: Readonly<Record<string, Characteristic["value"]>> = {
    architecture: nth(["llama", "qwen3", "mistral", "gemma3"], index),
    parameters: 8_030_261_248 + index,
    weightBytes: 4_912_898_304 + index,
    bitsPerWeight: 4.89,
    quantization: "Q4_K_M",
    context: nth([8192, 32_768, 131_072], index),
    layers: 32,
    heads: 32,
    kvHeads: 8,
    embedding: 4096,
    vocabulary: 128_256,
    kvBytesPerToken: 131_072,
    licence: "apache-2.0",
    text: true,
    vision: index % 3 === 0,
  };
  return [
    ...Object.entries(header).map(([name, value]) => ({ name, value, source: "gguf" as const, confidence: 1 })),
    { name: "tools", value: index % 2 === 0, source: "template", confidence: 0.9 },
    { name: "thinking", value: false, source: "template", confidence: 0.6 },
    { name: "licence", value: "apache-2.0", source: "hub", confidence: 0.8 },
  ];
}

/** A collection such as a collector's: rows of plausible length, one entry in a hundred with roles, files that are there. */
export async function collection(folder: string): Promise<readonly (readonly Edit[])[]> {
  const groups: (readonly Edit[])[] = [];
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < ENTRIES; index += 1) {
    const family = `Model-${nth(["Llama", "Qwen", "Mistral", "Gemma"], index)}-${index}-Instruct`;
    const quantization = nth(quantizations, index);
    const place = path.join(folder, `${family}-${quantization}.gguf`);
    await writeFile(place, "");
    const { edits } = entryEdits({
      displayName: `${family.replaceAll("-", " ")} (${quantization.toUpperCase()})`,
      family,
      backend: nth(backends, index),
      format: "gguf",
      quantization,
      path: place,
      location: "main",
      proof: "sha256",
      source: {
        provider: "huggingface",
        reference: `${nth(owners, index)}/${family}-GGUF`,
        revision: index.toString(16).padStart(40, "0"),
      },
      downloadedAt: new Date(1_700_000_000_000 + index * 60_000).toISOString(),
      capabilities: index % 3 === 0 ? ["text", "vision"] : ["text"],
      files: Array.from({ length: FILES_EACH }, (_, part) => ({
        path: part === 0 ? place : `${place}.part-${part}`,
        sizeBytes: 1_000_000_000 + index,
        sha256: (index * FILES_EACH + part).toString(16).padStart(64, "0"),
        proof: "sha256" as const,
        modified: 1_700_000_000_000 + index,
        identity: `2049:${index * FILES_EACH + part}`,
      })),
      characteristics: factsOf(index),
      ...(index % 100 === 0 && { kept: { roles_json: '["chat"]', role_priority_json: '{"chat":10}' } }),
    });
    groups.push(edits);
  }
  return groups;
}
