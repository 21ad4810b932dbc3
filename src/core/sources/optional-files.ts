import type { HubListing } from "../ports/hub-client.ts";
import { readFileName } from "../identify/file-name.ts";

const MEDIA = /\.(?:png|jpe?g|gif|webp|svg|bmp|mp4|webm|mov|avi|mp3|wav|flac|ogg|pdf|html?)$/i;
/** What training leaves behind, and what shows or tests a model. */
const LEFT_BEHIND = /(?:^|\/)(?:checkpoint-\d+|runs|logs|wandb|examples?|samples?|assets|images?|figures?|demo)\//i;
const STATE =
  /(?:^|\/)(?:optimizer|scheduler|training_args|rng_state|random_states|scaler|trainer_state|events\.out\.tfevents)[^/]*$/i;
/** Diffusers' own scheduler is a part of the pipeline. */
const PIPELINE_PART = /(?:^|\/)scheduler\/scheduler_config\.json$/i;
/** The same weights for other frameworks. */
const OTHER_FRAMEWORK = /\.(?:msgpack|h5|ot|tflite|mlmodel|onnx_data|pb|npz)$|(?:^|\/)[^/]+\.mlpackage\//i;
const OTHER_FOLDER = /(?:^|\/)(?:original|onnx|openvino|coreml|tflite|flax|metal)\//i;
const DOCUMENT = /^(?:readme|licen[cs]e|notice|copying|use_policy)[^/]*$/i;

/** Paths of the README and the licence, at the top alone. */
export const documentsIn = (listings: readonly HubListing[]): readonly string[] =>
  listings.flatMap(({ path }) => (DOCUMENT.test(path) && !MEDIA.test(path) ? [path] : [])).slice(0, 10);

/** Paths of what a program that loads the model has no use for, and of what is there once more in a better format. */
export function optionalPaths(listings: readonly HubListing[]): ReadonlySet<string> {
  const facts = listings.map(({ path }) => ({ path, ...readFileName(path) }));
  const weights = facts.filter(({ role }) => role === "weights");
  const preferred = weights.filter(({ path, format }) => isPreferred(format) && !OTHER_FOLDER.test(path));
  const folders = new Set(preferred.filter(({ format }) => format === "safetensors").map(({ path }) => folderOf(path)));
  const isOptional = ({ path, role, format }: (typeof facts)[number]): boolean => {
    if (PIPELINE_PART.test(path)) return false;
    if (MEDIA.test(path) || LEFT_BEHIND.test(path) || STATE.test(path) || /(?:^|\/)\.git/.test(path)) return true;
    if (preferred.length === 0) return false;
    if (OTHER_FRAMEWORK.test(path) || OTHER_FOLDER.test(path)) return true;
    const isOther = format === "pytorch" || format === "onnx";
    return role === "weights" && isOther && folders.has(folderOf(path));
  };
  return new Set(facts.filter(isOptional).map(({ path }) => path));
}

const isPreferred = (format: string | undefined): boolean => format === "safetensors" || format === "gguf";

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
