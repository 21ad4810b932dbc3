import type { Backend } from "../protocol/models.ts";

/** `Llama 3.1 8B Instruct (Q4_K_M)`. @param tail of a repository, or a file's stem */
export function displayNameOf(tail: string, quantization: string | undefined): string {
  const words = tail
    .replace(/[-_.](gguf|safetensors)$/i, "")
    .replaceAll(/[-_]+/g, " ")
    .trim();
  return quantization === undefined ? words : `${words} (${quantization})`;
}

/** Who can serve it, as far as its files tell. */
export function backendOf(files: {
  readonly format: string | undefined;
  readonly mlx: boolean;
  /** Of diffusers: many folders are one model. */
  readonly pipeline: boolean;
  /** A `config.json` lies beside the weights. */
  readonly configured: boolean;
}): Backend {
  if (files.format === "gguf") return "llama.cpp";
  if (files.format === "mlx") return "mlx";
  if (files.format !== "safetensors") return "unassigned";
  if (files.mlx) return "mlx";
  if (files.pipeline) return "comfyui";
  return files.configured ? "vllm" : "unassigned";
}
