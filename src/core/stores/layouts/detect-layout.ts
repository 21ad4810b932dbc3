import type { StoreItem } from "../../ports/store-disk.ts";
import { repositoryOfFolder } from "../hub-names.ts";
import type { StoreKind } from "../found.ts";

/** Folders of ComfyUI's `models/` that hardly anyone else has; two of them are no chance. */
const COMFYUI = new Set([
  "checkpoints",
  "clip_vision",
  "controlnet",
  "diffusion_models",
  "hypernetworks",
  "style_models",
  "text_encoders",
  "unet",
  "upscale_models",
  "vae_approx",
]);

/** Whose store the folder is, told from what lies in it; undefined: no program's that is known. */
export function detectLayout(folder: string, items: readonly StoreItem[]): StoreKind | undefined {
  const folders = items.filter(({ kind }) => kind === "folder" || kind === "link").map(({ name }) => name);
  const has = (name: string): boolean => folders.includes(name);
  if (folders.some((name) => repositoryOfFolder(name) !== undefined)) return "huggingface";
  if (has("manifests") && has("blobs")) return "ollama";
  if (folders.filter((name) => COMFYUI.has(name)).length >= 2) return "comfyui";
  if (has(".internal") && has("models") && /lm-?studio/i.test(folder)) return "lmstudio";
  return undefined;
}

/** What the store's reader leaves to the rest of the scan: the cache of Hugging Face may lie among other folders. */
export const isOfLayout = (layout: StoreKind, name: string): boolean =>
  layout === "huggingface" ? /^(models|datasets|spaces|kernels)--/.test(name) : true;
