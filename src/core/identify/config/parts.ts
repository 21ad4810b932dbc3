import { type Json, has, objectIn } from "./json.ts";

/** A configuration, and of models of several senses the parts of it. */
export interface ConfigParts {
  readonly whole: Json;
  /** Of the language: the innermost value of a name, else that of the whole. */
  readonly language: Json;
  readonly vision: boolean;
  readonly audio: boolean;
}

const LANGUAGE = ["text_config", "llm_config", "language_config", "language_model_config", "decoder_config"] as const;
const VISION = ["vision_config", "visual", "vision_tower", "mm_vision_tower", "vision_encoder", "vit_config"] as const;
const AUDIO = ["audio_config", "audio_processor", "audio_encoder", "speech_config", "audio_encoder_config"] as const;

export function partsOf(whole: Json): ConfigParts {
  const thinker = objectIn(whole, "thinker_config");
  const holders = thinker ? [thinker, whole] : [whole];
  const language = holders
    .flatMap((holder) => LANGUAGE.map((name) => objectIn(holder, name)))
    .find((one) => one !== undefined);
  const some = (names: readonly string[]): boolean => holders.some((holder) => has(holder, ...names));
  return {
    whole,
    language: { ...whole, ...language },
    vision: some(VISION),
    audio: some(AUDIO),
  };
}

/** Whether the configuration, or the part of it that thinks, has one of the names. */
export const hasAnywhere = (whole: Json, ...names: readonly string[]): boolean =>
  has(whole, ...names) || has(objectIn(whole, "thinker_config"), ...names);
