import type { Characteristic } from "../../protocol/models.ts";
import { looksSplit, readFileName } from "../file-name.ts";
import type { FileHead } from "../head.ts";
import type { TensorTotals } from "../tensor-totals.ts";
import { type Trained, isAdapter, trainedBy } from "./adapter.ts";
import type { SafetensorsHeader } from "./header.ts";
import { type Lineage, lineageOf } from "./lineage.ts";
import { type SummarizedHeader, type TensorSummary, summaryOf } from "./summary.ts";
import { mostOf } from "./totals.ts";

/**
 * What a safetensors header says, in the words that all formats share.
 * @param name path or name of the file, for its part of a split model
 */
export const safetensorsHead = ({ metadata, tensors }: SafetensorsHeader, name: string): FileHead =>
  summarizedHead({ metadata, summary: summaryOf(tensors) }, name);

export function summarizedHead({ metadata, summary }: SummarizedHeader, name: string): FileHead {
  const { totals: tensors } = summary;
  const adapts = isAdapter(summary, metadata);
  const trained = trainedBy(metadata);
  const speaks = !adapts && summary.speaks;
  const lineage = speaks ? {} : lineageOf(summary);
  const kind = kindOf(summary, adapts, speaks, lineage);
  const part = looksSplit(name) ? readFileName(name).part : undefined;
  const quantization = mostOf(tensors.types);
  return {
    format: "safetensors",
    kind,
    characteristics: [
      ...(quantization === undefined ? [] : [fact("quantization", quantization, 0.9)]),
      ...totalFacts(tensors),
      ...(adapts ? [fact("lora", true), fact("modelType", "lora"), fact("text", false, 0.8)] : []),
      ...(adapts ? [] : senses(summary)),
      ...ofPictures(lineage, trained, adapts),
      ...(metadata.get("format") === "mlx" ? [fact("mlx", true)] : []),
      ...(trained.licence === undefined ? [] : [fact("licence", trained.licence, 0.8)]),
    ],
    ...(quantization !== undefined && { quantization }),
    ...(part && { part }),
    ...(trained.title !== undefined && { title: trained.title }),
    ...(trained.triggerWords.length > 0 && { triggerWords: trained.triggerWords }),
    tensors,
  };
}

const fact = (name: string, value: Characteristic["value"], confidence = 1): Characteristic => ({
  name,
  value,
  source: "safetensors",
  confidence,
});

function kindOf({ count }: TensorSummary, adapts: boolean, speaks: boolean, { modelType }: Lineage): FileHead["kind"] {
  if (adapts) return "adapter";
  if (count === 0) return "unknown";
  if (speaks || modelType === undefined || modelType === "checkpoint") return "model";
  return "component";
}

/** What the tensors of one file or of all parts tell. */
export function totalFacts({ parameters, weights }: TensorTotals): readonly Characteristic[] {
  return [
    ...(parameters > 0 ? [fact("parameters", parameters, 0.95)] : []),
    ...(weights ? [fact("weightBytes", weights.total)] : []),
    ...(weights && parameters > 0
      ? [fact("bitsPerWeight", Math.round((800 * weights.total) / parameters) / 100, 0.95)]
      : []),
  ];
}

/** A tower that is there sees or hears; one that is not may lie in another part. */
const senses = ({ sees, hears }: TensorSummary): readonly Characteristic[] => [
  ...(sees ? [fact("vision", true, 0.9)] : []),
  ...(hears ? [fact("audio", true, 0.9)] : []),
];

function ofPictures({ modelType, baseModel }: Lineage, trained: Trained, adapts: boolean): readonly Characteristic[] {
  const base = trained.baseModel ?? baseModel;
  const draws = modelType === "checkpoint" || modelType === "diffusion model";
  return [
    ...(modelType === undefined || adapts ? [] : [fact("modelType", modelType, 0.9)]),
    ...(base === undefined ? [] : [fact("baseModel", base, trained.baseModel === undefined ? 0.8 : 0.95)]),
    ...(draws && !adapts ? [fact("diffusion", true, 0.95)] : []),
    ...(modelType === undefined || adapts ? [] : [fact("text", false, 0.9)]),
  ];
}
