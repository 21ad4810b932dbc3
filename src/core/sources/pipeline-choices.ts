import { stemOf } from "../identify/file-name.ts";
import type { HubChoice } from "../protocol/hub.ts";
import { type Named, type Weights, choice, folderOf, variantOf } from "./weights.ts";

/** Diffusers keep one model in many folders. */
export const isPipeline = (named: readonly Named[]): boolean => named.some((file) => file.path === "model_index.json");

/** The pipeline as such, each variant of it, and what lies at the top: all of it once more in one file. */
export function pipelineChoices(named: readonly Named[], weights: readonly Weights[]): readonly HubChoice[] {
  const inFolders = weights.filter((one) => folderOf(one.group) !== "");
  const atTop = weights.filter((one) => folderOf(one.group) === "");
  const format = inFolders.some((one) => one.format === "safetensors")
    ? "safetensors"
    : (inFolders[0]?.format ?? weights[0]?.format ?? "other");
  const own = inFolders.filter((one) => one.format === format);
  const variants = new Set(own.map((one) => variantOf(one.group)));
  const pipelines = Array.from(variants, (variant) => pipeline(named, own, format, variant));
  return [
    ...(pipelines.length > 0 ? pipelines : [pipeline(named, own, format, undefined)]),
    ...atTop.map((one) => {
      const word = stemOf(one.group, undefined);
      const variant = variantOf(one.group);
      const told = one.quantization === undefined ? {} : { quantization: one.quantization };
      return { ...choice(one.files, word), format: one.format, ...told, ...(variant !== undefined && { variant }) };
    }),
  ];
}

/** Of a folder that lacks the variant, as such: a text encoder often comes in one type alone. */
function pipeline(
  named: readonly Named[],
  own: readonly Weights[],
  format: string,
  variant: string | undefined,
): HubChoice {
  const folders = new Set(own.map((one) => folderOf(one.group)));
  const chosen = [...folders].flatMap((folder) => {
    const inside = own.filter((one) => folderOf(one.group) === folder);
    const wanted = inside.filter((one) => variantOf(one.group) === variant);
    return wanted.length > 0 ? wanted : inside.filter((one) => variantOf(one.group) === undefined);
  });
  const support = named.filter(
    (file) => file.facts.role === "support" && (!INDEX.test(file.path) || indexes(file.path, chosen)),
  );
  const word = variant === undefined ? "diffusers" : `diffusers ${variant}`;
  return {
    ...choice([...chosen.flatMap((one) => one.files), ...support], word),
    format,
    ...(variant !== undefined && { variant }),
    ...(/^(?:fp|bf)\d+$/.test(variant ?? "") && { quantization: variant?.toUpperCase() ?? "" }),
  };
}

const INDEX = /\.index\.(?:[^/]*\.)?json$/;

/** `model.safetensors.index.fp16.json`, or `model.fp16.safetensors.index.json`. */
const indexes = (path: string, chosen: readonly Weights[]): boolean =>
  chosen.some((one) => folderOf(one.group) === folderOf(path) && variantOf(one.group) === variantOf(path));
