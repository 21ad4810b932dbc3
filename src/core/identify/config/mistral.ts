import { type Json, asObject, countIn, has, objectIn } from "./json.ts";

/** `params.json` in the words of `config.json`; undefined where it is of something else. */
export function mistralConfig(params: Json | undefined): Json | undefined {
  if (!params || countIn(params, "n_layers") === undefined || countIn(params, "dim") === undefined) return undefined;
  const nested = objectIn(params, "multimodal");
  const hears = has(nested, "whisper_model_args") || has(params, "audio_encoder");
  return {
    ...params,
    model_type: "mistral",
    architectures: ["MistralForCausalLM"],
    ...(hears && { audio_config: asObject(nested) ?? {} }),
  };
}
