import { capabilitiesOver } from "../identify/capabilities-of.ts";
import { effective } from "../identify/effective.ts";
import type { Edit, Row, Value } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text, texts } from "../registry/columns.ts";
import type { Discovery } from "./discovery.ts";
import { type Fetched, type Written, metadataOf } from "./fetched.ts";
import type { Target } from "./targets.ts";

/** What was written where, for the registry. */
export interface Picture {
  readonly path: string;
  /** Absolute; in the data folder. */
  readonly thumbnail: string;
}

export interface MetadataEdits {
  readonly edits: readonly Edit[];
  /** What the entry has of it now, as the entry names it. */
  readonly fields: readonly string[];
}

/** The rows without what an earlier fetch brought; what a person changed since stays. */
function without(entry: Row, fetched: Fetched | undefined): Row {
  if (!fetched) return entry;
  const { fetched: _, ...fields } = metadataOf(entry);
  const ownsPicture = fetched.preview !== undefined && entry["preview"] === fetched.preview;
  const dropped = new Set([...fetched.metadata, ...(ownsPicture ? ["thumbnail"] : [])]);
  return {
    ...entry,
    capabilities_json: capabilitiesBefore(entry, fetched),
    description: entry["description"] === fetched.description ? null : (entry["description"] ?? null),
    preview: ownsPicture ? null : (entry["preview"] ?? null),
    metadata_json: JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([name]) => !dropped.has(name)))),
  };
}

/** Where they are still as the fetch left them. */
function capabilitiesBefore(entry: Row, { capabilities }: Fetched): Value {
  const now = texts(entry, "capabilities_json");
  const isOurs = capabilities && JSON.stringify(now) === JSON.stringify(capabilities.after);
  return isOurs ? JSON.stringify(capabilities.before) : (entry["capabilities_json"] ?? null);
}

const edit = (before: Row, after: Row): readonly Edit[] =>
  JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ table: "entries", key: String(before["key"]), after, basis: before }];

const factKey = (entry: string, name: string): string => `${entry}|${name}|hub`;

/** What someone said already, a person or the file itself, stays. */
export function fetchEdits(
  { name, layers, characteristics, fetched }: Target,
  found: Discovery,
  written: readonly Written[],
  picture: Picture | undefined,
  at: string,
): MetadataEdits {
  const base = without(layers.shown, fetched);
  const known = metadataOf(base);
  const metadata = Object.entries(found.metadata).filter(([field]) => !(field in known));
  const ours = new Set(fetched?.characteristics);
  const others = characteristics.filter((one) => one.source !== "hub" || !ours.has(one.name));
  const facts = Object.entries(found.characteristics)
    .filter(([fact]) => !others.some((one) => one.source === "hub" && one.name === fact))
    .map(([fact, value]): Characteristic => ({ name: fact, value, source: "hub", confidence: 0.8 }));
  // What a person curated says what it can do.
  const before = texts(base, "capabilities_json");
  const can = layers.curated ? before : capabilitiesOver(before, effective([...others, ...facts]));
  const description = text(base, "description") === undefined ? found.description : undefined;
  // A picture of an earlier fetch stays where there is no new one.
  const preview = text(base, "preview") === undefined ? (picture ?? earlierPicture(layers.shown, fetched)) : undefined;
  const record: Fetched = {
    from: found.from,
    page: found.page,
    at,
    metadata: metadata.map(([field]) => field),
    characteristics: facts.map((one) => one.name),
    ...(description !== undefined && { description }),
    ...(preview && { preview: preview.path }),
    ...(can !== before && { capabilities: { before: [...before], after: [...can] } }),
    written: [...written],
  };
  const after: Row = {
    ...base,
    ...(can !== before && { capabilities_json: JSON.stringify(can) }),
    description: description ?? base["description"] ?? null,
    preview: preview?.path ?? base["preview"] ?? null,
    metadata_json: JSON.stringify({
      ...known,
      ...Object.fromEntries(metadata),
      ...(preview && { thumbnail: preview.thumbnail }),
      fetched: record,
    }),
  };
  const kept = new Set(facts.map((one) => one.name));
  return {
    edits: [
      ...edit(layers.shown, after),
      ...[...ours].filter((fact) => !kept.has(fact)).map((fact) => goneFact(name, fact)),
      ...facts.map(({ name: fact, value, source, confidence }) => ({
        table: "characteristics",
        key: factKey(name, fact),
        after: { entry: name, name: fact, value_json: JSON.stringify(value), source, confidence },
      })),
    ],
    fields: [
      ...(description === undefined ? [] : ["description"]),
      ...new Set([...record.metadata, ...record.characteristics]),
      ...(preview ? ["preview"] : []),
    ],
  };
}

export function earlierPicture(entry: Row, fetched: Fetched | undefined): Picture | undefined {
  const { thumbnail } = metadataOf(entry);
  const path = fetched?.preview;
  return path === undefined || entry["preview"] !== path || typeof thumbnail !== "string"
    ? undefined
    : { path, thumbnail };
}

const goneFact = (entry: string, fact: string): Edit => ({
  table: "characteristics",
  key: factKey(entry, fact),
  after: null,
});

/** Everything that a fetch brought, and nothing else. */
export function removeEdits({ name, layers, fetched }: Target): MetadataEdits {
  const facts = fetched?.characteristics ?? [];
  return {
    edits: [...edit(layers.shown, without(layers.shown, fetched)), ...facts.map((fact) => goneFact(name, fact))],
    fields: [
      ...(fetched?.description === undefined ? [] : ["description"]),
      ...new Set([...(fetched?.metadata ?? []), ...facts]),
      ...(fetched?.preview === undefined ? [] : ["preview"]),
    ],
  };
}

/** The picture that a person chose; null takes any away. */
export function previewEdits(
  { layers }: Target,
  picture: (Picture & { readonly copy: Written }) | null,
): readonly Edit[] {
  const { thumbnail: _, ownPreview: __, ...fields } = metadataOf(layers.shown);
  const added = picture ? { thumbnail: picture.thumbnail, ownPreview: picture.copy } : {};
  const after = {
    ...layers.shown,
    preview: picture?.path ?? null,
    metadata_json: JSON.stringify({ ...fields, ...added }),
  };
  return edit(layers.shown, after);
}
