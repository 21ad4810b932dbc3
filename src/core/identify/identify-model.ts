import type { Characteristic } from "../protocol/models.ts";
import { type ConfigFacts, configFacts } from "./config/config-facts.ts";
import { effective, settled } from "./effective.ts";
import { readFileName } from "./file-name.ts";
import { joinSplit } from "./gguf/join-split.ts";
import { tied } from "./gguf/shape.ts";
import type { FileHead, Identified, ModelParts } from "./head.ts";
import { nameFacts } from "./name-facts.ts";
import { packedByConfig } from "./packed-by-config.ts";
import { joinShards } from "./safetensors/join-shards.ts";
import { totalFacts } from "./safetensors/safetensors-head.ts";
import type { ModelShape } from "./shape.ts";
import type { TensorTotals } from "./tensor-totals.ts";

/** What a model is, of everything at hand; every value keeps its source, so that a better one may come later. */
export function identifyModel(parts: ModelParts): Identified {
  const head = wholeHead(parts.heads);
  const config = configFacts(parts.texts, parts.beside);
  const totals = head?.tensors && packedByConfig(head.tensors, config.quantization);
  const known = head?.format === "gguf" ? withGguf(head, parts, config) : withOthers(head, config, totals);
  const name = nameFacts(parts.path);
  const characteristics = settled([...known, ...(parts.hub ?? []), ...name]);
  const shape = head?.shape ?? shapeOf(config, totals);
  const format = config.format ?? (isMlx(characteristics) ? "mlx" : head?.format);
  const quantization = quantizationOf(head, parts.path, characteristics);
  const problems = [head?.problem, parts.projector?.problem, ...config.problems];
  return {
    ...(format !== undefined && format !== "" && { format: head?.format === "gguf" ? "gguf" : format }),
    ...(quantization !== undefined && { quantization }),
    characteristics,
    ...(shape && { shape }),
    ...(head?.title !== undefined && { title: head.title }),
    ...(head?.triggerWords && { triggerWords: head.triggerWords }),
    problems: problems.filter((problem) => problem !== undefined),
  };
}

function wholeHead(heads: readonly FileHead[]): FileHead | undefined {
  const [first] = heads;
  if (first === undefined) return undefined;
  if (first.format === "gguf") return joinSplit(heads);
  return first.format === "safetensors" ? joinShards(heads) : first;
}

const SENSES: ReadonlySet<string> = new Set(["vision", "audio", "video"]);

/** What a configuration says of the weights it was written for, not of those made from them. */
const OF_ORIGIN: ReadonlySet<string> = new Set([...SENSES, "quantization", "mlx"]);

/** A GGUF file sees and hears by itself or through its projector, whatever the model it was made of could. */
function withGguf(head: FileHead, { projector }: ModelParts, config: ConfigFacts): readonly Characteristic[] {
  const own = head.characteristics;
  const through = projector?.characteristics.filter(({ name }) => SENSES.has(name)) ?? [];
  const templated = own.some(({ source }) => source === "template");
  const says = (name: string): boolean => [...own, ...through].some((one) => one.name === name);
  const blind =
    head.kind === "model" && !through.some(({ value }) => value === true)
      ? ["vision", "audio"].filter((name) => !says(name))
      : [];
  return [
    ...own,
    ...through,
    ...blind.map((name) => ({ name, value: false, source: "gguf", confidence: 0.6 }) as const),
    ...config.characteristics.filter(
      ({ name, source }) => !OF_ORIGIN.has(name) && !(source === "template" && templated),
    ),
  ];
}

/** What a header had to guess, the configuration may know. */
const GUESSED: ReadonlySet<string> = new Set(["quantization", "parameters", "weightBytes", "bitsPerWeight"]);

function withOthers(
  head: FileHead | undefined,
  config: ConfigFacts,
  totals: TensorTotals | undefined,
): readonly Characteristic[] {
  const { quantization } = config;
  const own = head?.characteristics.filter(({ name }) => !GUESSED.has(name)) ?? [];
  const guessed = head?.characteristics.filter(({ name }) => name === "quantization" && !quantization) ?? [];
  const summed = totals && head?.part === undefined ? totalFacts(totals) : [];
  return [
    ...own,
    ...guessed,
    ...summed,
    ...active(config.shape, totals),
    ...towerless(head, config),
    ...config.characteristics,
  ];
}

function active(shape: ModelShape | undefined, totals: TensorTotals | undefined): readonly Characteristic[] {
  if (!shape?.experts || !totals || totals.expertParameters === 0) return [];
  const { count, used } = shape.experts;
  const value = Math.round(totals.parameters - totals.expertParameters * (1 - used / count));
  return [{ name: "activeParameters", value, source: "safetensors", confidence: 0.95 }];
}

/** The configuration speaks of a tower that the weights, all there, do not have: somebody took it out. */
function towerless(head: FileHead | undefined, config: ConfigFacts): readonly Characteristic[] {
  if (head?.kind !== "model" || !head.tensors?.weights || head.tensors.weights.layers.length === 0) return [];
  return ["vision", "audio"]
    .filter((name) => config.characteristics.some((one) => one.name === name && one.value === true))
    .filter((name) => !head.characteristics.some((one) => one.name === name))
    .map((name) => ({ name, value: false, source: "safetensors", confidence: 0.6 }) as const);
}

function shapeOf({ shape }: ConfigFacts, totals: TensorTotals | undefined): ModelShape | undefined {
  if (!shape || !totals?.weights) return shape;
  return { ...shape, weights: totals.weights, ...tied(totals) };
}

const isMlx = (characteristics: readonly Characteristic[]): boolean =>
  characteristics.some(({ name, value }) => name === "mlx" && value === true);

/** Mixes that only a file's name tells: their header has the type they are made from. */
const MIX = /^UD-|_X{1,2}L$|^I?Q\d_K_[LPH]$/;

function quantizationOf(
  head: FileHead | undefined,
  path: string,
  characteristics: readonly Characteristic[],
): string | undefined {
  const named = readFileName(path).quantization;
  if (head?.format === "gguf") {
    const told = head.quantization;
    if (told === undefined || named === undefined) return told ?? named;
    return MIX.test(named) && widthOf(named) === widthOf(told) ? named : told;
  }
  const value = effective(characteristics).find(({ name }) => name === "quantization")?.value;
  return typeof value === "string" ? value : named;
}

/** `Q4` of `UD-Q4_K_XL`. */
const widthOf = (quantization: string): string | undefined => /I?Q\d/.exec(quantization)?.[0].replace("I", "");
