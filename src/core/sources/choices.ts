import { readFileName, stemOf } from "../identify/file-name.ts";
import { namedQuantization } from "../identify/quantization.ts";
import type { HubListing, HubScan } from "../ports/hub-client.ts";
import type { HubChoice, HubFile } from "../protocol/hub.ts";
import { optionalPaths } from "./optional-files.ts";
import { type ScanWords, pickleWarning } from "./pickle.ts";
import { isPipeline, pipelineChoices } from "./pipeline-choices.ts";
import { type Named, type Weights, choice, folderOf, variantOf } from "./weights.ts";

/** What the names of a repository's files tell: which belong together, and what a person can pick from, smallest first. */
export function readChoices(
  repository: string,
  listings: readonly HubListing[],
  scans: readonly HubScan[] = [],
): { readonly files: readonly HubFile[]; readonly choices: readonly HubChoice[] } {
  const named = listings.map((listing): Named => ({ ...listing, facts: readFileName(listing.path) }));
  const weights = groupWeights(repository, named);
  const choices = isPipeline(named)
    ? pipelineChoices(named, weights)
    : weights.map((one) => choiceOf(one, named, weights));
  const optional = optionalPaths(listings);
  const scanOf = new Map(scans.map((one) => [one.path, { pickle: one.pickle, virus: one.virus }]));
  return {
    files: named.map((file) => hubFile(file, weights, optional, scanOf.get(file.path))),
    choices: choices.toSorted(
      (a, b) => a.sizeBytes - b.sizeBytes || compare(a.variant ?? "", b.variant ?? "") || compare(a.label, b.label),
    ),
  };
}

function groupWeights(repository: string, named: readonly Named[]): readonly Weights[] {
  const groups = new Map<string, Named[]>();
  for (const file of named) {
    if (file.facts.role !== "weights") continue;
    groups.set(file.facts.group, [...(groups.get(file.facts.group) ?? []), file]);
  }
  return Array.from(groups, ([group, files]) => {
    const { format = "other", quantization } = files[0]?.facts ?? {};
    const byRepository = format === "safetensors" ? namedQuantization(repository) : undefined;
    return {
      group,
      format,
      quantization: quantization ?? byRepository,
      files: files.toSorted((a, b) => (a.facts.part?.index ?? 0) - (b.facts.part?.index ?? 0)),
    };
  });
}

function choiceOf(weights: Weights, named: readonly Named[], all: readonly Weights[]): HubChoice {
  const companions = weights.format === "gguf" ? projectorFor(weights, named) : supportFor(weights, named);
  const files = [...weights.files, ...companions];
  // The label counts what is fetched; other weights of the same name are told apart by their stem.
  const twins = all.filter((one) => one.format === weights.format && one.quantization === weights.quantization);
  const stem = stemOf(weights.group, weights.quantization);
  const word = weights.quantization ?? (twins.length > 1 ? stem : weights.format);
  const variant = variantOf(weights.group);
  return {
    ...choice(files, weights.quantization !== undefined && twins.length > 1 ? `${word} (${stem})` : word),
    format: weights.format,
    ...(weights.quantization !== undefined && { quantization: weights.quantization }),
    ...(variant !== undefined && { variant }),
  };
}

/** llama.cpp takes one projector. F16 is what its tools write and every GPU computes; then the next best. */
const PROJECTORS = ["F16", "BF16", "Q8_0", "F32"];

function projectorFor(weights: Weights, named: readonly Named[]): readonly Named[] {
  const found = named.filter((file) => file.facts.role === "projector");
  // One beside the weights serves them; one at the top serves all.
  const near = found.filter((file) => folderOf(file.path) === folderOf(weights.group));
  const rank = (file: Named): number => {
    const at = PROJECTORS.indexOf(file.facts.quantization ?? "");
    return at < 0 ? PROJECTORS.length : at;
  };
  const from = near.length > 0 ? near : found.filter((file) => folderOf(file.path) === "");
  return from.toSorted((a, b) => rank(a) - rank(b) || a.sizeBytes - b.sizeBytes).slice(0, 1);
}

/** Configuration and tokenizer beside the weights; an index names its own weights' parts. */
function supportFor(weights: Weights, named: readonly Named[]): readonly Named[] {
  const index = `${weights.group}.index.json`;
  return named.filter(
    (file) =>
      file.facts.role === "support" &&
      folderOf(file.path) === folderOf(weights.group) &&
      (!file.path.endsWith(".index.json") || file.path === index),
  );
}

function hubFile(
  file: Named,
  weights: readonly Weights[],
  optional: ReadonlySet<string>,
  scan: ScanWords | undefined,
): HubFile {
  const { facts } = file;
  const warning = pickleWarning(facts.role === "weights" ? facts.format : undefined, scan);
  const companion = facts.role === "projector" || facts.role === "draft" ? companionOf(weights) : undefined;
  return {
    path: file.path,
    sizeBytes: file.sizeBytes,
    ...(file.sha256 !== undefined && { sha256: file.sha256 }),
    ...(file.gitSha1 !== undefined && { gitSha1: file.gitSha1 }),
    ...(facts.format !== undefined && { format: facts.format }),
    ...(facts.quantization !== undefined && { quantization: facts.quantization }),
    ...(facts.part !== undefined && { shardGroup: facts.group }),
    ...(companion !== undefined && { companionOf: companion }),
    ...(optional.has(file.path) && { optional: true }),
    ...(warning !== undefined && { warning }),
  };
}

function companionOf(weights: readonly Weights[]): string | undefined {
  const models = weights.filter((one) => one.format === "gguf");
  return models.length === 1 ? models[0]?.group : models.length > 1 ? "*" : undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
