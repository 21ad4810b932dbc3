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

const FORMATS: ReadonlyMap<string, string> = new Map([
  ["gguf", "gguf"],
  ["safetensors", "safetensors"],
  ["sft", "safetensors"],
  ["bin", "pytorch"],
  ["pt", "pytorch"],
  ["pth", "pytorch"],
  ["pt2", "pytorch"],
  ["ckpt", "pytorch"],
  ["pkl", "pytorch"],
  ["onnx", "onnx"],
]);

/** Of letters, but for one: a number at the end of other names is a version (`model.v2`). */
const ENDING = /\.([a-z]+|pt2)$/i;
/** Read by loaders of safetensors beside the weights. Code (`.py`) is not among them: it would run. */
const SUPPORT_ENDINGS = new Set(["json", "jinja", "model", "txt", "tiktoken", "vocab", "merges"]);
const SUPPORT = /^(?:tokenizer|vocab|merges|spiece)/;
const DOCUMENT_ENDINGS = new Set("md png jpg jpeg gif webp svg pdf mp4 htm html".split(" "));
const DOCUMENT = /^(?:readme|licen[cs]e|notice|copying|use_policy|\.git|changelog)/;
const IMATRIX = /\.imatrix$|(?:^|[-_.])imatrix(?:[-_.]|$)/;
/** Optimizer and training states, and tensors that are no model by themselves. */
const NO_MODEL = /^(?:optimizer|scheduler|training_args|rng_state|random_states|scaler|trainer_state)/;
/** `-00001-of-00003` before the ending, as llama.cpp and transformers split. */
const PART = /-(\d{5})-of-(\d{5})(?=\.(?:[a-z]+|pt2)$)/i;

/** The role of a file that holds no tensors a program would load as a model's; undefined: it holds some. */
function roleBeside(name: string, ending: string, format: string | undefined): FileRole | undefined {
  if (DOCUMENT_ENDINGS.has(ending) || DOCUMENT.test(name)) return "document";
  if (name.includes("imatrix") && IMATRIX.test(name)) return "imatrix";
  if (format === undefined) return SUPPORT_ENDINGS.has(ending) || SUPPORT.test(name) ? "support" : "other";
  return NO_MODEL.test(name) ? "other" : undefined;
}

/**
 * A scan asks it of every file there is: for nearly all of them it makes nothing of the path.
 * @param folder what stands before the name, with its slash
 */
export function readNameIn(folder: string, name: string): FileNameFacts {
  const lower = name.toLowerCase();
  const ending = endingOf(lower);
  const format = FORMATS.get(ending);
  const role = roleBeside(lower, ending, format);
  const path = folder + name;
  return role === undefined && format !== undefined
    ? weightsFacts(path, lower, format)
    : { role: role ?? "other", group: path };
}

export function readFileName(path: string): FileNameFacts {
  const cut = path.lastIndexOf("/") + 1;
  return readNameIn(path.slice(0, cut), path.slice(cut));
}

/** Of the same file the facts are asked several times on its way into a report; these few are kept. */
const LATELY = 256;
const lately = new Map<string, FileNameFacts>();

function weightsFacts(path: string, name: string, format: string): FileNameFacts {
  const known = lately.get(path);
  if (known) return known;
  const facts = readWeightsName(path, name, format);
  if (lately.size >= LATELY) lately.clear();
  lately.set(path, facts);
  return facts;
}

function readWeightsName(path: string, name: string, format: string): FileNameFacts {
  const part = partOf(path);
  const group = part ? path.replace(PART, "") : path;
  const quantization = format === "gguf" ? ggufQuantization(group) : namedQuantization(group.replace(ENDING, ""));
  return {
    role: roleOf(name, format),
    format,
    ...(quantization !== undefined && { quantization }),
    group,
    ...(part && { part }),
  };
}

/** Whether a file of that name holds tensors, of whatever. */
export const endsLikeWeights = (name: string): boolean => FORMATS.has(endingOf(name).toLowerCase());

/** Whether it may be a part of a split model, at the least cost. */
export const looksSplit = (path: string): boolean => PART.test(path);

function partOf(path: string): FileNameFacts["part"] {
  const match = PART.exec(path);
  return match ? { index: Number(match[1]), count: Number(match[2]) } : undefined;
}

/** After the last dot; empty where there is none. */
const endingOf = (name: string): string => {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
};

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
