import type { FileHead, ModelText } from "../identify/head.ts";
import { modelTexts } from "../identify/head.ts";
import { stemOf } from "../identify/file-name.ts";
import { identifyModel } from "../identify/identify-model.ts";
import { backendOf, displayNameOf } from "../identify/naming.ts";
import type { StoreSight } from "../ports/store-disk.ts";
import type { FolderContext } from "./folder-context.ts";
import { type Member, below, nameOf } from "./folder-files.ts";
import type { FoundFile, FoundModel } from "./found.ts";
import { GENERIC } from "./group-weights.ts";
import { orTrouble } from "./problem-of.ts";
import { sidecarsOf } from "./picture-sidecars.ts";

/** What belongs to one model, everything decided. */
export interface Parts {
  /** `pipeline`: of diffusers. */
  readonly by: "file" | "folder" | "pipeline";
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  /** In the order of the parts; at least one. */
  readonly weights: readonly Member[];
  readonly heads: readonly FileHead[];
  readonly projector?: Member;
  /** Everything else that goes with it. */
  readonly others: readonly Member[];
  /** Whether the texts of the folder speak of this model. */
  readonly texts: boolean;
  /** Tells it from others of the same repository, format and quantization. */
  readonly stem?: string;
}

/** undefined where its files went away meanwhile. */
export function makeFound(parts: Parts, context: FolderContext, sight: StoreSight): FoundModel | undefined {
  const { disk } = sight;
  const { weights, heads, projector, folder, names } = parts;
  const own = weights.flatMap((member) => foundFile(member, sight, context) ?? []);
  const [first] = own;
  const [lead] = weights;
  if (!first || !lead || own.length < weights.length) return undefined;
  const path = parts.by === "file" ? first.path : folder;
  const identified = identifyModel({
    path: below(parts.by === "file" ? `${folder}/${nameOf(lead.facts.group)}` : folder, context.root),
    heads,
    ...(projector && { projector: disk.head(projector.path) }),
    texts: parts.texts ? textsOf(folder, names, sight) : {},
    beside: parts.texts ? [...names] : [],
    sizeBytes: own.reduce((sum, file) => sum + file.sizeBytes, 0),
  });
  // What is wrong with a file alone the disk has told.
  for (const problem of identified.problems)
    if (!heads.some((head) => head.problem === problem)) sight.trouble(path, problem);
  const format = identified.format ?? lead.facts.format ?? context.fallbackFormat;
  const quantization = identified.quantization ?? lead.facts.quantization;
  const family = familyOf(parts, context, lead);
  const characteristics = [...identified.characteristics, ...(context.characteristics ?? [])];
  const besides = [...(projector ? [projector] : []), ...parts.others];
  const told = parts.by === "file" ? sidecarsOf(`${folder}/${withoutEnd(lead.name)}`, names, sight) : {};
  const { servedModelId, source } = context;
  const backend =
    context.backend ??
    backendOf({
      format,
      mlx: characteristics.some(({ name, value }) => name === "mlx" && value === true),
      pipeline: parts.by === "pipeline",
      configured: parts.by === "folder" && names.has("config.json"),
    });
  return {
    store: context.store,
    family,
    displayName: context.displayName ?? displayNameOf(withoutBranch(family), quantization),
    backend,
    ...(format !== undefined && { format }),
    ...(quantization !== undefined && { quantization }),
    path,
    files: [...own, ...besides.flatMap((member) => foundFile(member, sight, context) ?? [])],
    ...(source && { source }),
    ...(servedModelId !== undefined && { servedModelId }),
    characteristics,
    ...(identified.shape && { shape: identified.shape }),
    ...(identified.triggerWords && { triggerWords: identified.triggerWords }),
    ...told,
    ...wordsOf(context),
  };
}

/** The store's own words are better than what lies beside a file. */
const wordsOf = ({ description, triggerWords, baseModel, preview }: FolderContext): Partial<FoundModel> => ({
  ...(description !== undefined && { description }),
  ...(triggerWords && { triggerWords }),
  ...(baseModel !== undefined && { baseModel }),
  ...(preview !== undefined && { preview }),
});

/** As a download names it, see `newEntryOf`. */
function familyOf({ by, folder, stem }: Parts, { family }: FolderContext, lead: Member): string {
  if (family !== undefined) {
    if (stem === undefined) return family;
    const [tail = "", ...branch] = family.split("@");
    return [`${tail}-${stem}`, ...branch].join("@");
  }
  const own = stemOf(lead.facts.group, lead.facts.quantization);
  return by !== "file" || GENERIC.test(own) || own === "" ? nameOf(folder) : own;
}

const withoutBranch = (family: string): string => family.replace(/@[^@]*$/, "");
const withoutEnd = (name: string): string => name.replace(/\.[^.]+$/, "");

function foundFile({ path, facts: named }: Member, sight: StoreSight, context: FolderContext): FoundFile | undefined {
  const facts = orTrouble(path, sight, undefined, () => sight.disk.stat(path));
  if (facts?.kind !== "file") return undefined;
  const isBig = named.role === "weights" || named.role === "projector" || named.role === "draft";
  const { size, modified, identity } = facts;
  return { path, sizeBytes: size, modified, identity, ...(isBig && context.digestOf?.(path)) };
}

/** Of an index of many shards, or a tokenizer with all its words. */
const LARGEST_TEXT = 32 * 2 ** 20;

function textsOf(
  folder: string,
  names: ReadonlySet<string>,
  sight: StoreSight,
): Readonly<Partial<Record<ModelText, string>>> {
  const texts: Partial<Record<ModelText, string>> = {};
  for (const name of modelTexts) {
    // One in a sub-folder is of sentence-transformers, which lists it.
    if (!names.has(name) && !(name.includes("/") && names.has("modules.json"))) continue;
    const path = `${folder}/${name}`;
    const text = orTrouble(path, sight, undefined, () => sight.disk.text(path, LARGEST_TEXT));
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}
