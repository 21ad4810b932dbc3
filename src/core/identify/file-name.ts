import { ggufQuantization, namedQuantization } from "./quantization.ts";

/** `weights`: can be served. `projector`, `draft`: go with weights. `support`: what a loader reads beside weights. */
export type FileRole = "weights" | "projector" | "draft" | "imatrix" | "support" | "document" | "other";

/** What a file's path alone tells; every value of it has the source `name`. */
export interface FileNameFacts {
  readonly role: FileRole;
  /** Of weights and what goes with them: `gguf`, `safetensors`, `pytorch`, `onnx`. */
  readonly format?: string;
  /** As written there: `Q4_K_M`, `UD-Q4_K_XL`, `FP8`. */
  readonly quantization?: string;
  /** The path without part numbers: equal for all parts of one model. */
  readonly group: string;
  /** Which part of how many, both counted from 1. */
  readonly part?: { readonly index: number; readonly count: number };
}

const FORMATS: Readonly<Record<string, string>> = {
  gguf: "gguf",
  safetensors: "safetensors",
  sft: "safetensors",
  bin: "pytorch",
  pt: "pytorch",
  pth: "pytorch",
  pt2: "pytorch",
  ckpt: "pytorch",
  pkl: "pytorch",
  onnx: "onnx",
};

/** Of letters, but for one: a number at the end of other names is a version (`model.v2`). */
const ENDING = /\.([a-z]+|pt2)$/i;
/** Read by loaders of safetensors beside the weights. Code (`.py`) is not among them: it would run. */
const SUPPORT = /\.(json|jinja|model|txt|tiktoken|vocab|merges)$|(^|\/)(tokenizer|vocab|merges|spiece)[^/]*$/i;
const DOCUMENT =
  /(^|\/)(readme|licen[cs]e|notice|copying|use_policy|\.git|changelog)[^/]*$|\.(md|png|jpe?g|gif|webp|svg|pdf|mp4|html?)$/i;
/** Optimizer and training states, and tensors that are no model by themselves. */
const NO_MODEL = /(^|\/)(optimizer|scheduler|training_args|rng_state|random_states|scaler|trainer_state)[^/]*$/i;
/** `-00001-of-00003` before the ending, as llama.cpp and transformers split. */
const PART = /-(\d{5})-of-(\d{5})(?=\.(?:[a-z]+|pt2)$)/i;

export function readFileName(path: string): FileNameFacts {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const format = FORMATS[ENDING.exec(name)?.[1]?.toLowerCase() ?? ""];
  const match = PART.exec(path);
  const group = path.replace(PART, "");
  const part = match && { index: Number(match[1]), count: Number(match[2]) };
  if (DOCUMENT.test(path)) return { role: "document", group: path };
  if (/\.imatrix$|(^|[-_./])imatrix([-_./]|$)/i.test(name)) return { role: "imatrix", group: path };
  if (format === undefined) return { role: SUPPORT.test(path) ? "support" : "other", group: path };
  if (NO_MODEL.test(path)) return { role: "other", group: path };
  const quantization = format === "gguf" ? ggufQuantization(group) : namedQuantization(group.replace(ENDING, ""));
  return {
    role: roleOf(name, format),
    format,
    ...(quantization !== undefined && { quantization }),
    group,
    ...(part && { part }),
  };
}

function roleOf(name: string, format: string): FileRole {
  if (format !== "gguf") return "weights";
  if (/(^|[-_.])mmproj([-_.]|$)/i.test(name)) return "projector";
  if (/^(?:mtp|draft)[-_.]/i.test(name)) return "draft";
  return "weights";
}

/** Last part of a group's path without its ending and its quantization: `Llama-3.1-8B`. */
export function stemOf(group: string, quantization: string | undefined): string {
  const stem = group.slice(group.lastIndexOf("/") + 1).replace(ENDING, "");
  if (quantization === undefined) return stem;
  const at = stem.toLowerCase().lastIndexOf(quantization.toLowerCase());
  return at <= 0 ? stem : (stem.slice(0, at) + stem.slice(at + quantization.length)).replace(/[-_.]+$/, "");
}
