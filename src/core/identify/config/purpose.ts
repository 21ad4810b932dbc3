import type { ModelParts } from "../head.ts";
import { type Json, asObject, countIn, has, objectIn, textsIn } from "./json.ts";
import { type ConfigParts, hasAnywhere } from "./parts.ts";

/** Yes or no by name, and how sure. */
export type Answer = readonly [name: string, value: boolean, confidence: number];

interface Given {
  readonly parts: ConfigParts;
  readonly texts: ModelParts["texts"];
  readonly beside: readonly string[];
  readonly preprocessor: Json | undefined;
}

/** What it takes beside text, by what the configuration has for it; no names of families. */
export function sensesOf({ parts, texts, beside, preprocessor }: Given): readonly Answer[] {
  const { whole } = parts;
  const pictures = hasAnywhere(whole, "image_token_id", "image_token_index", "img_token_id");
  const looks = parts.vision || pictures || has(preprocessor, "image_processor_type");
  const films =
    hasAnywhere(whole, "video_token_id", "video_token_index") ||
    texts["video_preprocessor_config.json"] !== undefined ||
    beside.includes("video_preprocessor_config.json");
  const sounds = parts.audio || hasAnywhere(whole, "audio_token_id", "audio_token_index");
  const hears = sounds || hearsOnly(whole) || (has(preprocessor, "sampling_rate") && !looks);
  return [
    ["vision", looks, parts.vision ? 0.95 : looks ? 0.7 : 0.8],
    ["video", looks && films, looks && films ? 0.8 : 0.6],
    ["audio", hears, parts.audio || hearsOnly(whole) ? 0.95 : hears ? 0.7 : 0.8],
  ];
}

/** Models like whisper: what they take is a spectrum. */
const hearsOnly = (whole: Json): boolean => has(whole, "num_mel_bins") && !has(whole, "text_config", "audio_config");

/** What it gives: text, a vector, or a rank. */
export function purposeOf({ parts, texts, beside, preprocessor }: Given): readonly Answer[] {
  const { whole } = parts;
  const architectures = textsIn(whole, "architectures");
  const ends = (pattern: RegExp): boolean => architectures.some((one) => pattern.test(one));
  const transcribes = hearsOnly(whole) || ends(/ForCTC$|ForSpeechSeq2Seq$|ForTextToSpeech$/);
  if (ends(/ForSequenceClassification$/)) {
    const ranks = labels(whole) === 1 || has(whole, "sentence_transformers");
    return [
      ["reranker", ranks, ranks ? 0.9 : 0.7],
      ["text", false, 0.9],
    ];
  }
  if (isSentenceModel(texts, beside))
    return [
      ["embeddings", true, 0.95],
      ["text", false, 0.9],
    ];
  if (transcribes || ends(/For(?:Image|Token|Audio)Classification$|ForObjectDetection$/)) return [["text", false, 0.9]];
  if (ends(/ForCausalLM$|ForConditionalGeneration$|LMHeadModel$|ForImageTextToText$|ForSeq2SeqLM$|CausalLM$/))
    return [
      ["text", true, 0.9],
      ["embeddings", false, 0.6],
    ];
  if (ends(/Model$|ForMaskedLM$/) && (has(whole, "vocab_size", "text_config") || preprocessor === undefined))
    return [
      ["embeddings", true, 0.7],
      ["text", false, 0.7],
    ];
  return [];
}

function labels(whole: Json): number | undefined {
  const named = objectIn(whole, "id2label") ?? objectIn(whole, "label2id");
  return countIn(whole, "num_labels") ?? (named ? Object.keys(named).length : undefined);
}

function isSentenceModel(texts: ModelParts["texts"], beside: readonly string[]): boolean {
  if (texts["1_Pooling/config.json"] !== undefined || beside.includes("1_Pooling/config.json")) return true;
  if (beside.includes("config_sentence_transformers.json")) return true;
  return texts["modules.json"] !== undefined && /sentence_transformers/.test(texts["modules.json"]);
}

/** How the vectors of all tokens become one: `mean`, `cls`, `last`, `max`. */
export function poolingOf(pooling: Json | undefined): string | undefined {
  const known = asObject(pooling) ?? {};
  return POOLINGS.find(([name]) => known[name] === true)?.[1];
}

const POOLINGS = [
  ["pooling_mode_cls_token", "cls"],
  ["pooling_mode_lasttoken", "last"],
  ["pooling_mode_max_tokens", "max"],
  ["pooling_mode_mean_tokens", "mean"],
] as const;
