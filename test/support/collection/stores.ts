import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheRevision } from "../stores/hub-cache.ts";
import { makeInvokeDatabase } from "../stores/invokeai.ts";
import { put, sha256Of, tinyProjector } from "../stores/model-files.ts";
import { putOllama } from "../stores/ollama.ts";
import { pictureOf } from "./picture.ts";
import { llamaWeights, putWeights, safetensorsWeights, wholeOf } from "./weights.ts";

export async function hubCache(root: string): Promise<void> {
  const seeing = {
    model_type: "qwen2_5_vl",
    architectures: ["Qwen2_5_VLForConditionalGeneration"],
    text_config: {
      model_type: "qwen2_5_vl_text",
      hidden_size: 256,
      num_hidden_layers: 2,
      max_position_embeddings: 32_768,
    },
    vision_config: { depth: 2, hidden_size: 64 },
  };
  await cacheRevision(root, "demo/Heron-VL-Mini", {
    commit: "a".repeat(40),
    refs: ["main"],
    files: {
      "config.json": JSON.stringify(seeing),
      "model.safetensors": wholeOf(
        safetensorsWeights({
          "model.embed_tokens.weight": [4000, 256],
          "model.layers.0.self_attn.q_proj.weight": [256, 256],
          "visual.blocks.0.attn.qkv.weight": [192, 64],
        }),
      ),
    },
  });
  await cacheRevision(root, "demo/Sparrow-Embed", {
    commit: "b".repeat(40),
    refs: ["main"],
    files: {
      "config.json": JSON.stringify({ model_type: "bert", architectures: ["BertModel"], hidden_size: 384 }),
      "modules.json": JSON.stringify([
        { idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" },
      ]),
      "1_Pooling/config.json": JSON.stringify({ word_embedding_dimension: 384, pooling_mode_mean_tokens: true }),
      "model.safetensors": wholeOf(safetensorsWeights({ "embeddings.word_embeddings.weight": [3000, 384] })),
    },
  });
}

export async function ollama(root: string): Promise<void> {
  const weights = (name: string): Uint8Array =>
    wholeOf(llamaWeights({ name, layers: 2, width: 256, context: 32_768, vocabulary: 2000, type: "Q4_K" }));
  await putOllama(root, "registry.ollama.ai/library/fable/3b", {
    layers: [
      ["model", weights("Fable")],
      ["template", "{{- if .Tools }}{{ .Tools }}{{ end }}{{ .Prompt }}"],
      ["license", "MIT License\n"],
    ],
    config: { model_format: "gguf", model_family: "llama", model_type: "3.2B", file_type: "Q4_K_M" },
  });
  await putOllama(root, "registry.ollama.ai/library/glimpse/latest", {
    layers: [
      ["model", weights("Glimpse")],
      ["projector", tinyProjector()],
    ],
    config: {
      model_format: "gguf",
      model_family: "llama",
      model_type: "7B",
      file_type: "Q4_K_M",
      capabilities: ["completion", "vision"],
    },
  });
}

export async function lmStudio(root: string): Promise<void> {
  await putWeights(
    path.join(root, "demo/Nimbus-1B-GGUF/Nimbus-1B-Q8_0.gguf"),
    llamaWeights({ name: "Nimbus 1B", layers: 16, width: 2048, context: 16_384, vocabulary: 32_000, type: "Q8_0" }),
  );
}

/** @returns the sha256 of its checkpoint */
export async function comfyui(root: string): Promise<string> {
  const models = path.join(root, "models");
  const checkpoint = wholeOf(
    safetensorsWeights({
      "model.diffusion_model.input_blocks.0.0.weight": [320, 4, 3, 3],
      "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": [320, 768],
      "first_stage_model.decoder.conv_in.weight": [512, 4, 3, 3],
      "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": [4940, 768],
    }),
  );
  await put(path.join(models, "checkpoints/dreamscape_v2.safetensors"), checkpoint);
  const lora = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
  await putWeights(
    path.join(models, "loras/ink-sketch.safetensors"),
    safetensorsWeights(
      { [`${lora}.lora_down.weight`]: [16, 320], [`${lora}.lora_up.weight`]: [320, 16], [`${lora}.alpha`]: [1] },
      { ss_network_dim: "16", ss_base_model_version: "sd_v1", ss_output_name: "ink-sketch" },
    ),
  );
  await put(path.join(models, "loras/ink-sketch.preview.png"), pictureOf([240, 236, 226], [30, 30, 36], 256));
  await mkdir(path.join(models, "vae"), { recursive: true });
  return sha256Of(checkpoint);
}

export async function invokeai(root: string): Promise<void> {
  await putWeights(
    path.join(root, "models/sd-1/main/watercolor.safetensors"),
    safetensorsWeights({
      "model.diffusion_model.input_blocks.0.0.weight": [320, 4, 3, 3],
      "first_stage_model.decoder.conv_in.weight": [512, 4, 3, 3],
    }),
  );
  await writeFile(path.join(root, "invokeai.yaml"), "schema_version: 4.0.2\n");
  await makeInvokeDatabase(root, "6.9", [
    { key: "c0ffee", name: "Watercolor", base: "sd-1", type: "main", path: "sd-1/main/watercolor.safetensors" },
  ]);
}
