import type { Characteristic } from "../../protocol/models.ts";
import type { FileHead } from "../head.ts";
import { isDiffusion } from "./kind.ts";
import type { GgufHeader } from "./read-gguf.ts";
import type { GgufValues } from "./values.ts";

/** enum llama_pooling_type. */
const POOLINGS = ["none", "mean", "cls", "last", "rank"] as const;

export function poolingOf({ own }: GgufValues): (typeof POOLINGS)[number] | undefined {
  const type = own.count("pooling_type");
  return type === undefined ? undefined : POOLINGS[type];
}

/** Yes and no, where the header tells; what a projector beside it may add is not denied. */
export function abilities(kind: FileHead["kind"], header: GgufHeader, values: GgufValues): readonly Characteristic[] {
  const facts: Characteristic[] = [];
  const say = (name: string, value: boolean, confidence = 1): void => {
    facts.push({ name, value, source: "gguf", confidence });
  };
  if (kind === "adapter") say("lora", values.text("adapter.type") !== "control");
  if (kind === "projector") {
    // Before 2025 there were projectors for pictures only, and no key that says so.
    say("vision", values.yes("clip.has_vision_encoder") ?? values.yes("clip.has_audio_encoder") !== true, 0.9);
    say("audio", values.yes("clip.has_audio_encoder") ?? false, 0.9);
  }
  if (kind !== "model" || values.architecture === undefined) {
    if (kind === "model" && isDiffusion(values, header)) say("diffusion", true, 0.8);
    return facts;
  }
  if (isDiffusion(values, header)) {
    say("diffusion", true);
    say("text", false);
    return facts;
  }
  const pooling = poolingOf(values);
  const reranks = pooling === "rank";
  // Of text diffusion models attention is not causal either, and they write.
  const twoWays = values.own.yes("attention.causal") === false && !Array.from(header.values.keys()).some(ofDiffusion);
  const embeds = !reranks && (twoWays || (pooling !== undefined && pooling !== "none"));
  say("text", !reranks && !embeds, 0.9);
  if (embeds) say("embeddings", true, pooling === undefined ? 0.8 : 1);
  if (reranks) say("reranker", true);
  // Ollama keeps a model and its encoders in one file.
  if (values.own.has("vision.") || header.tensors?.roots.includes("v")) say("vision", true);
  if (values.own.has("audio.") || header.tensors?.roots.includes("a")) say("audio", true);
  return facts;
}

const ofDiffusion = (key: string): boolean => key.startsWith("diffusion.");
