import { t } from "@vscode/l10n";
import type { Characteristic, CharacteristicName, CharacteristicSource } from "../protocol/models.ts";
import { sizeWords } from "./units.ts";

/** What a characteristic is called; one that a source said beside the known ones stands as it is. */
export function characteristicWords(name: string): string {
  const words: Readonly<Record<CharacteristicName, string>> = {
    architecture: t("Architecture"),
    parameters: t("Parameters"),
    activeParameters: t("Active parameters"),
    experts: t("Experts"),
    weightBytes: t("Weights"),
    bitsPerWeight: t("Bits per weight"),
    quantization: t("Quantization"),
    context: t("Context"),
    layers: t("Layers"),
    heads: t("Heads"),
    kvHeads: t("KV heads"),
    embedding: t("Embedding length"),
    vocabulary: t("Vocabulary"),
    kvBytesPerToken: t("KV cache per token"),
    licence: t("Licence"),
    language: t("Language"),
    task: t("Task"),
    baseModel: t("Base model"),
    pooling: t("Pooling"),
    modelType: t("Model type"),
    text: t("Text"),
    vision: t("Vision"),
    audio: t("Audio"),
    video: t("Video"),
    tools: t("Tools"),
    thinking: t("Thinking"),
    embeddings: t("Embeddings"),
    reranker: t("Reranker"),
    diffusion: t("Diffusion"),
    lora: t("LoRA"),
    unsafe: t("Unsafe format"),
  };
  return new Map<string, string>(Object.entries({ ...words, triggerWords: t("Trigger words") })).get(name) ?? name;
}

/** Its value, with the unit where it has one. */
export function valueWords({ name, value }: Pick<Characteristic, "name" | "value">): string {
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "string") return value;
  switch (name) {
    case "parameters":
    case "activeParameters":
      return manyWords(value);
    case "weightBytes":
      return sizeWords(value);
    case "kvBytesPerToken":
      return sizeWords(value);
    case "context":
      return t("{0} tokens", value.toLocaleString("en"));
    case "bitsPerWeight":
      return String(Math.round(value * 100) / 100);
    default:
      return value.toLocaleString("en");
  }
}

/** As `8.03 billion`. */
function manyWords(count: number): string {
  if (count >= 1e9) return t("{0} billion", (count / 1e9).toFixed(2));
  return count >= 1e6 ? t("{0} million", (count / 1e6).toFixed(1)) : count.toLocaleString("en");
}

/** Who said it. */
export function sourceWords(source: CharacteristicSource): string {
  const words: Readonly<Record<CharacteristicSource, string>> = {
    person: t("you"),
    server: t("the server that loaded it"),
    gguf: t("the file's header"),
    safetensors: t("the weights' header"),
    config: t("its config.json"),
    template: t("its chat template"),
    store: t("the program that keeps it"),
    hub: t("the hub"),
    name: t("its name"),
  };
  return words[source];
}
