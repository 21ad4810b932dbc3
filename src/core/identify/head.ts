import type { Characteristic } from "../protocol/models.ts";
import type { ModelShape } from "./shape.ts";
import type { TensorTotals } from "./tensor-totals.ts";

/** What a file's own header says. Plain data, small enough to keep for 100,000 files. */
export interface FileHead {
  /** `gguf`, `safetensors`, `pytorch`, `onnx`. */
  readonly format: string;
  /** What the file is by itself: only `model` is one that can be served. */
  readonly kind: "model" | "projector" | "adapter" | "vocabulary" | "imatrix" | "draft" | "component" | "unknown";
  /** As people write it: `Q4_K_M`, `FP8`. */
  readonly quantization?: string;
  /** Of a split file; counted from 1. */
  readonly part?: { readonly index: number; readonly count: number };
  /** As its header names it, for a display name. */
  readonly title?: string;
  /** Words that call up what an adapter has learned, as its trainer wrote them. */
  readonly triggerWords?: readonly string[];
  readonly characteristics: readonly Characteristic[];
  readonly shape?: ModelShape;
  /** Of one part of a split model, whose parts are summed. */
  readonly tensors?: TensorTotals;
  /** What is wrong with the file: a sentence for people, without the path. What else stands here holds nevertheless. */
  readonly problem?: string;
}

/** The names of small texts that say something of a model; a reader of stores hands in those that are there. */
export const modelTexts = [
  "config.json",
  "generation_config.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "chat_template.json",
  "preprocessor_config.json",
  "video_preprocessor_config.json",
  "processor_config.json",
  "quantize_config.json",
  "adapter_config.json",
  "model_index.json",
  "modules.json",
  "1_Pooling/config.json",
  "model.safetensors.index.json",
  "params.json",
] as const;
export type ModelText = (typeof modelTexts)[number];

/** Everything at hand of one model. */
export interface ModelParts {
  /** Path below its store, for what only names tell. */
  readonly path: string;
  /** Of the weights, in the order of the parts; none where nothing could be read. */
  readonly heads: readonly FileHead[];
  readonly projector?: FileHead;
  readonly texts: Readonly<Partial<Record<ModelText, string>>>;
  /** Names of files that lie beside the weights, as `video_preprocessor_config.json`, `modules.json`. */
  readonly beside: readonly string[];
  /** Of all weights files. */
  readonly sizeBytes: number;
  /** The hub's own words of it, least but for names. */
  readonly hub?: readonly Characteristic[];
}

/** What a model is, all sources weighed. */
export interface Identified {
  readonly format?: string;
  /** As people write it: `Q4_K_M`. */
  readonly quantization?: string;
  /** Every value of every source; the best of each name is `effective()`. */
  readonly characteristics: readonly Characteristic[];
  readonly shape?: ModelShape;
  readonly title?: string;
  /** Words that call up what an adapter has learned. */
  readonly triggerWords?: readonly string[];
  /** What is wrong with its files or texts: sentences for people. */
  readonly problems: readonly string[];
}
