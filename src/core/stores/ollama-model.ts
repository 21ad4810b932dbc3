import { identifyModel } from "../identify/identify-model.ts";
import { displayNameOf } from "../identify/naming.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import type { Characteristic } from "../protocol/models.ts";
import type { FoundFile, FoundModel } from "./found.ts";
import { type OllamaConfig, licenceOf, readOllamaConfig, readOllamaTemplate } from "./ollama-facts.ts";
import type { OllamaLayer } from "./ollama-manifest.ts";
import { readOllamaName } from "./ollama-names.ts";
import { orTrouble } from "./problem-of.ts";

const LARGEST_TEXT = 2 ** 20;

/** A model of which everything that can be served lies here. */
export interface HeldModel {
  readonly root: string;
  readonly name: string;
  readonly layers: readonly OllamaLayer[];
  readonly files: readonly FoundFile[];
  /** The weights are one GGUF file; else many tensors, of which none tells of the whole. */
  readonly single: boolean;
}

export function describeOllamaModel({ root, name, layers, files, single }: HeldModel, sight: StoreSight): FoundModel {
  const { disk } = sight;
  const pathOf = (kind: string): string | undefined => {
    const blob = layers.find((layer) => layer.kind === kind)?.blob;
    return blob === undefined ? undefined : `${root}/blobs/${blob}`;
  };
  const textOf = (kind: string): string => {
    const path = pathOf(kind);
    return path === undefined ? "" : orTrouble(path, sight, "", () => disk.text(path, LARGEST_TEXT) ?? "");
  };
  const path = pathOf(single ? "model" : "tensor") ?? "";
  const projector = pathOf("projector");
  const weights = new Set(layers.filter(({ kind }) => kind === "model" || kind === "tensor").map(({ blob }) => blob));
  const identified = identifyModel({
    path: `${name.replaceAll(":", "-")}.${single ? "gguf" : "safetensors"}`,
    heads: single ? [disk.head(path)] : [],
    ...(projector !== undefined && { projector: disk.head(projector) }),
    texts: {},
    beside: [],
    sizeBytes: files.reduce((sum, file) => sum + (weights.has(blobOf(file)) ? file.sizeBytes : 0), 0),
  });
  const config = readOllamaConfig(textOf("config"));
  const told = readOllamaName(name);
  const quantization = identified.quantization ?? config.quantization ?? told.quantization;
  return {
    store: "ollama",
    ...told,
    displayName: displayNameOf(told.family, quantization),
    backend: "ollama",
    format: identified.format ?? config.format ?? (single ? "gguf" : "safetensors"),
    ...(quantization !== undefined && { quantization }),
    path,
    files,
    servedModelId: name,
    characteristics: withStoreFacts(identified.characteristics, storeFacts(config, layers, textOf)),
    ...(identified.shape && { shape: identified.shape }),
  };
}

const blobOf = ({ path }: FoundFile): string => path.slice(path.lastIndexOf("/") + 1);

function storeFacts(
  { characteristics }: OllamaConfig,
  layers: readonly OllamaLayer[],
  textOf: (kind: string) => string,
): readonly Characteristic[] {
  const licence = licenceOf(textOf("license"));
  const template = textOf("template") || textOf("prompt");
  const adapted = layers.some(({ kind }) => kind === "adapter");
  return [
    ...characteristics,
    ...(licence === undefined ? [] : [fact("licence", licence, 0.8)]),
    ...(adapted ? [fact("adapter", true, 0.9)] : []),
    ...readOllamaTemplate(template),
  ];
}

const fact = (name: string, value: string | boolean, confidence: number): Characteristic => ({
  name,
  value,
  source: "store",
  confidence,
});

/** One value of each name and source: Ollama renders with its own template, so that one's word counts. */
const withStoreFacts = (
  found: readonly Characteristic[],
  own: readonly Characteristic[],
): readonly Characteristic[] => [
  ...found.filter(({ name, source }) => !own.some((one) => one.name === name && one.source === source)),
  ...own,
];
