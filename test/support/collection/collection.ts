import { mkdir, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { encode as encodePng } from "fast-png";
import type { StoredVersion } from "../civitai-server.ts";
import { cacheRevision } from "../stores/hub-cache.ts";
import { makeInvokeDatabase } from "../stores/invokeai.ts";
import { put, sha256Of, tinyProjector } from "../stores/model-files.ts";
import { putOllama } from "../stores/ollama.ts";
import { ggufWeights, llamaWeights, putWeights, safetensorsWeights, wholeOf } from "./weights.ts";

/** What somebody has who has had five programs: a store of each, and a folder of their own, with what goes wrong there. */
export interface Collection {
  /** Folder of plain files, `owner/repo/file`. */
  readonly models: string;
  readonly comfyui: string;
  /** Repositories of a hub, for its stand-in: the READMEs of some of the models. */
  readonly hub: string;
  /** What Civitai knows of one of the files. */
  readonly civitai: StoredVersion;
  /** A picture of that version. */
  readonly picture: Uint8Array;
  /** A file of a model with nothing else that names it. */
  readonly removable: string;
  /** Whole keys, for VS Code. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where programs keep their models that no setting names. */
  readonly env: Readonly<Record<string, string>>;
}

const TOOLS = "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}";
const THINKS = `${TOOLS}{% if enable_thinking %}<think>{% endif %}`;

/** @param folder absolute, its own */
export async function createCollection(folder: string): Promise<Collection> {
  const at = (...names: readonly string[]): string => path.join(folder, ...names);
  const models = at("models");
  const removable = await plainFolder(models);
  await litter(models);
  await hubCache(at("hf-cache"));
  await ollama(at("ollama"));
  await lmStudio(at("home/.lmstudio/models"));
  const painted = await comfyui(at("comfyui"));
  await invokeai(at("invokeai"));
  await readmes(at("hub"));
  return {
    models,
    comfyui: at("comfyui"),
    hub: at("hub"),
    civitai: {
      id: 4001,
      modelId: 400,
      name: "v2",
      sha256: painted,
      more: {
        trainedWords: ["dreamscape", "soft dawn light"],
        description: "<p>Landscapes as one remembers them in the morning.</p>",
        model: { name: "Dreamscape", type: "Checkpoint", nsfw: false },
        baseModel: "SD 1.5",
      },
    },
    picture: pictureOf([96, 108, 168], [236, 180, 140], 512),
    removable,
    settings: {
      "modelDeck.locations": {
        main: { path: models, layout: "owner-repo" },
        comfyui: { path: at("comfyui"), layout: "comfyui" },
      },
      "modelDeck.ollama.models": at("ollama"),
    },
    env: { HOME: at("home"), HF_HUB_CACHE: at("hf-cache"), INVOKEAI_ROOT: at("invokeai") },
  };
}

async function plainFolder(models: string): Promise<string> {
  const file = (...names: readonly string[]): string => path.join(models, ...names);
  const aurora = {
    name: "Aurora 8B Instruct",
    layers: 32,
    width: 4096,
    context: 131_072,
    vocabulary: 128_256,
  } as const;
  await putWeights(
    file("demo/Aurora-8B-Instruct-GGUF/Aurora-8B-Instruct-Q4_K_M.gguf"),
    llamaWeights({ ...aurora, type: "Q4_K", template: THINKS, licence: "apache-2.0" }),
  );
  await put(
    file("demo/Aurora-8B-Instruct-GGUF/Aurora-8B-Instruct-Q4_K_M.png"),
    pictureOf([16, 40, 72], [90, 220, 170], 384),
  );
  await putWeights(
    file("demo/Swarm-30B-A3B-GGUF/Swarm-30B-A3B-Q4_K_M.gguf"),
    llamaWeights({
      name: "Swarm",
      architecture: "qwen3moe",
      layers: 48,
      width: 2048,
      context: 40_960,
      vocabulary: 151_936,
      type: "Q4_K",
      template: TOOLS,
      experts: [128, 8],
    }),
  );
  const lumen = { name: "Lumen VL 4B", layers: 36, width: 2560, context: 32_768, vocabulary: 151_936 } as const;
  await putWeights(
    file("demo/Lumen-VL-4B-GGUF/Lumen-VL-4B-Q8_0.gguf"),
    llamaWeights({ ...lumen, type: "Q8_0", template: TOOLS }),
  );
  await putWeights(
    file("demo/Lumen-VL-4B-GGUF/mmproj-Lumen-VL-4B-F16.gguf"),
    ggufWeights({ "general.architecture": "clip", "general.type": "mmproj", "clip.has_vision_encoder": true }, [
      ["v.patch_embd.weight", "F16", 1024, 1024],
    ]),
  );
  await put(file("demo/Old-Classifier/config.json"), JSON.stringify({ model_type: "bert", hidden_size: 768 }));
  const pickle = await put(
    file("demo/Old-Classifier/pytorch_model.bin"),
    Buffer.from("PK\u0003\u0004archive/data.pkl"),
  );
  await truncate(pickle, 438_000_000);
  const removable = file("demo/Wisp-1B-GGUF/Wisp-1B-Q8_0.gguf");
  await putWeights(
    removable,
    llamaWeights({ name: "Wisp 1B", layers: 16, width: 2048, context: 8192, vocabulary: 32_000, type: "Q8_0" }),
  );
  return removable;
}

/** What a doctor finds: a download that was never ended, and a link that leads nowhere. */
async function litter(models: string): Promise<void> {
  const partial = await put(
    path.join(models, "demo/Halfway-7B-GGUF/Halfway-7B-Q4_K_M.gguf.partial"),
    Buffer.alloc(4096),
  );
  const long = new Date(Date.now() - 30 * 24 * 3600 * 1000);
  await utimes(partial, long, long);
  await mkdir(path.join(models, "demo/Gone-3B-GGUF"), { recursive: true });
  await symlink("../nowhere/Gone-3B-Q4_0.gguf", path.join(models, "demo/Gone-3B-GGUF/Gone-3B-Q4_0.gguf"));
}

async function hubCache(root: string): Promise<void> {
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

async function ollama(root: string): Promise<void> {
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

async function lmStudio(root: string): Promise<void> {
  await putWeights(
    path.join(root, "demo/Nimbus-1B-GGUF/Nimbus-1B-Q8_0.gguf"),
    llamaWeights({ name: "Nimbus 1B", layers: 16, width: 2048, context: 16_384, vocabulary: 32_000, type: "Q8_0" }),
  );
}

/** @returns the sha256 of its checkpoint */
async function comfyui(root: string): Promise<string> {
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

async function invokeai(root: string): Promise<void> {
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

async function readmes(root: string): Promise<void> {
  const card = [
    "---",
    "license: apache-2.0",
    "---",
    "# Aurora 8B Instruct",
    "",
    "A model for **conversation** that calls tools. See [how it was made](https://example.org/aurora).",
    "",
    "| Test | Score |",
    "| --- | ---: |",
    "| Northern lights | 71.4 |",
    "| Long nights | 68.0 |",
    "",
    "```bash",
    "llama-server -m Aurora-8B-Instruct-Q4_K_M.gguf --jinja",
    "```",
    "",
    "<script>alert(1)</script>",
    "",
    "- Context of 131,072 tokens",
    "- Thinks before it answers, where it is asked to",
    "",
  ].join("\n");
  await put(path.join(root, "demo/Aurora-8B-Instruct-GGUF/README.md"), card);
}

/** A square that goes from one colour to another. */
function pictureOf(from: readonly number[], to: readonly number[], side: number): Uint8Array {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      for (let part = 0; part < 3; part += 1) {
        const share = (x + y) / (2 * side);
        data[(y * side + x) * 3 + part] = Math.round((from[part] ?? 0) * (1 - share) + (to[part] ?? 0) * share);
      }
  return encodePng({ width: side, height: side, depth: 8, channels: 3, data });
}
