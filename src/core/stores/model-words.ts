import type { Characteristic } from "../protocol/models.ts";

/** What programs for pictures call the kinds of files they load → what we call one. Compared in lower case. */
const WORDS: Readonly<Record<string, string>> = {
  checkpoints: "checkpoint",
  "stable-diffusion": "checkpoint",
  main: "checkpoint",
  loras: "lora",
  lora: "lora",
  lycoris: "lora",
  control_lora: "lora",
  vae: "vae",
  vae_approx: "vae",
  clip: "text encoder",
  text_encoders: "text encoder",
  clip_embed: "text encoder",
  t5_encoder: "text encoder",
  qwen3_encoder: "text encoder",
  clip_gguf: "text encoder",
  diffusion_models: "diffusion model",
  unet: "diffusion model",
  unet_gguf: "diffusion model",
  diffusers: "pipeline",
  clip_vision: "image encoder",
  style_models: "style model",
  embeddings: "textual inversion",
  embedding: "textual inversion",
  controlnet: "controlnet",
  t2i_adapter: "controlnet",
  ipadapter: "ip adapter",
  ip_adapter: "ip adapter",
  upscale_models: "upscaler",
  latent_upscale_models: "upscaler",
  spandrel_image_to_image: "upscaler",
  hypernetworks: "hypernetwork",
  model_patches: "model patch",
  audio_encoders: "audio encoder",
};

/** The kind of a file by the folder or the type its program has it under; an unknown one by its own name. */
export const modelWord = (type: string): string => WORDS[type.toLowerCase()] ?? type.replaceAll("_", " ").toLowerCase();

/** What the store's own word for a file says of it. */
export function factsOfWord(word: string): readonly Characteristic[] {
  const fact = (name: string, value: string | boolean): Characteristic => ({
    name,
    value,
    source: "store",
    confidence: 0.9,
  });
  const makesPictures = word === "checkpoint" || word === "diffusion model" || word === "pipeline";
  return [
    fact("modelType", word),
    ...(word === "lora" ? [fact("lora", true)] : []),
    ...(makesPictures ? [fact("diffusion", true)] : []),
  ];
}
