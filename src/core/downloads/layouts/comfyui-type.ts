import { readFileName } from "../../identify/file-name.ts";
import type { HubAnalysis } from "../../protocol/hub.ts";
import { modelWord } from "../../stores/model-words.ts";
import { lastName } from "./laid.ts";

/** Folders of ComfyUI's `models/` by what we call the kind of file in them. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ["checkpoint", "checkpoints"],
  ["lora", "loras"],
  ["vae", "vae"],
  ["text encoder", "text_encoders"],
  ["diffusion model", "diffusion_models"],
  ["pipeline", "diffusers"],
  ["image encoder", "clip_vision"],
  ["style model", "style_models"],
  ["textual inversion", "embeddings"],
  ["controlnet", "controlnet"],
  ["ip adapter", "ipadapter"],
  ["upscaler", "upscale_models"],
  ["hypernetwork", "hypernetworks"],
  ["model patch", "model_patches"],
  ["audio encoder", "audio_encoders"],
]);
export const comfyFolders: readonly string[] = [...FOLDERS.values(), "vae_approx", "gligen", "latent_upscale_models"];

/** What sources call their types, where it is not our word. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["checkpoint", "checkpoint"],
  ["textualinversion", "textual inversion"],
  ["hypernetwork", "hypernetwork"],
  ["locon", "lora"],
  ["dora", "lora"],
  ["upscaler", "upscaler"],
  ["text_encoder", "text encoder"],
  ["text_encoder_2", "text encoder"],
  ["transformer", "diffusion model"],
]);

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[-_. ])(?:loras?|lycoris|locon)(?:[-_. \d]|$)/, "loras"],
  [/control-?net|t2i-?adapter/, "controlnet"],
  [/clip[-_]?vision|siglip|image_encoder/, "clip_vision"],
  [/^tae(?:sd|f1|hv)/, "vae_approx"],
  [/(?:^|[-_. ])vae(?:[-_. \d]|$)|^ae\.[a-z]+$/, "vae"],
  [/(?:^|[-_])(?:u?mt5|t5)(?:[-_]?xxl|[-_])|clip_[lg](?:[-_.]|$)|text[-_]?encoder/, "text_encoders"],
  [/ip-?adapter/, "ipadapter"],
  [/esrgan|swinir|upscale|(?:^|[-_])[248]x(?:[-_]|$)|[-_]x[248]plus/, "upscale_models"],
  [/textual[-_]?inversion|(?:^|[-_])embeddings?(?:[-_.]|$)/, "embeddings"],
  [/(?:^|[-_. ])(?:unet|diffusion[-_]model)(?:[-_. ]|$)/, "diffusion_models"],
];

/**
 * The folder ComfyUI loads a file from: the source's own type says it, else the folder or the name it has in the
 * repository, else what its header told. undefined where nothing does.
 */
export function comfyTypeOf(path: string, { provider, characteristics }: HubAnalysis): string | undefined {
  const said = characteristics
    .filter(({ name }) => name === "modelType")
    .toSorted((a, b) => b.confidence - a.confidence)
    .map(({ value }) => folderOfWord(String(value)))
    .find((folder) => folder !== undefined);
  const own = provider === "civitai" ? said : undefined;
  return own ?? byPath(path) ?? said ?? (isLora(characteristics) ? "loras" : undefined);
}

function byPath(path: string): string | undefined {
  for (const part of path.split("/").slice(0, -1).toReversed()) {
    const folder = folderOfWord(part);
    if (folder !== undefined) return folder;
  }
  const name = lastName(path).toLowerCase();
  if (readFileName(path).role !== "weights") return undefined;
  return NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

function folderOfWord(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (comfyFolders.includes(lower)) return lower;
  return FOLDERS.get(OTHER_WORDS.get(lower) ?? modelWord(lower));
}

const isLora = (characteristics: HubAnalysis["characteristics"]): boolean =>
  characteristics.some(({ name, value, confidence }) => name === "lora" && value === true && confidence > 0.5);
