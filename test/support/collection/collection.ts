import { mkdir, symlink, truncate, utimes } from "node:fs/promises";
import path from "node:path";
import type { StoredVersion } from "../civitai-server.ts";
import { put } from "../stores/model-files.ts";
import { pictureOf } from "./picture.ts";
import { comfyui, hubCache, invokeai, lmStudio, ollama } from "./stores.ts";
import { ggufWeights, llamaWeights, putWeights } from "./weights.ts";

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
