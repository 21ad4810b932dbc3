import { capabilitiesOver } from "../../identify/capabilities-of.ts";
import { effective } from "../../identify/effective.ts";
import type { Row } from "../../ports/database.ts";
import type { Characteristic } from "../../protocol/models.ts";
import { number, text, texts } from "../../registry/columns.ts";
import { editsUnder } from "../../registry/entry-edits.ts";
import { characteristicOf } from "../../registry/entry-row.ts";
import type { NewEntry } from "../../registry/new-entry.ts";
import { keptColumns } from "../../registry/person-fields.ts";
import type { Survey } from "../plan.ts";
import { isSynthetic } from "./collection.ts";
import { type Draft, type RowChange, isFree } from "./draft.ts";
import { fileChanges, isUnchanged } from "./file-changes.ts";
import type { Owned } from "./owned.ts";

/** The rows of an entry that nobody has. */
export const addition = (draft: Draft, name: string, entry: NewEntry): readonly RowChange[] =>
  rowsUnder(draft, name, { ...entry, files: entry.files.filter(({ path }) => isFree(draft, name, path)) });

/** The rows of a known entry as what was found has them: what a person said stays, and what else was said unless it is known better now. */
export function refreshed(
  survey: Survey,
  draft: Draft,
  { name, layers, files, characteristics }: Owned,
  entry: NewEntry,
): readonly RowChange[] {
  const { discovered, curated } = layers;
  const facts = characteristicChanges(name, characteristics, entry.characteristics);
  const rest: readonly RowChange[] = [
    ...fileChanges(survey, draft, name, files, entry.files),
    ...facts.changes,
    ...(entry.shape === undefined
      ? []
      : [{ table: "shapes", key: name, row: { entry: name, body_json: JSON.stringify(entry.shape) } } as const]),
  ];
  if (discovered === undefined) {
    const [row] = rowsUnder(draft, name, { ...entry, kept: { ...keptColumns(layers), ...originOf(layers.shown) } });
    return row === undefined ? rest : [row, ...rest];
  }
  const [fresh] = rowsUnder(draft, name, { ...entry, kept: keptColumns(layers) });
  const row = {
    ...discovered,
    ...factsOver(survey, discovered, files, entry),
    ...pick(fresh?.row ?? {}, "description", "preview", "metadata_json"),
    ...(curated === undefined && { capabilities_json: capabilitiesIn(discovered, facts.held) }),
  };
  return [{ table: "entries", key: String(discovered["key"]), row }, ...rest];
}

/** Where a person's entry came from and what it is served as: no look at the disk knows it better. */
const originOf = (row: Row): Row =>
  Object.fromEntries(
    ORIGIN.filter((column) => typeof row[column] === "string").map((column) => [column, row[column] ?? null]),
  );
const ORIGIN = ["source_provider", "source_reference", "source_revision", "downloaded_at", "served_model_id"];

/** The columns that files and stores tell; a column of which they tell nothing stays. */
function factsOver({ disk }: Survey, row: Row, files: readonly Row[], entry: NewEntry): Row {
  const path = text(row, "path");
  // Who sees only a server's list knows less of where it lies than whoever saw the file.
  const isVague = isSynthetic(entry.path ?? "") && path !== undefined && disk.get(path)?.kind !== "absent";
  const isSame = path === entry.path && entry.files.every((file) => isUnchanged(files, file));
  const summed = entry.files.length === 0 ? undefined : entry.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    ...(row["backend"] === "unassigned" && { backend: entry.backend }),
    format: entry.format ?? row["format"] ?? null,
    quantization: entry.quantization ?? row["quantization"] ?? null,
    ...(!isVague && {
      path: entry.path ?? path ?? null,
      location: entry.location ?? row["location"] ?? null,
      size_bytes: entry.sizeBytes ?? summed ?? number(row, "size_bytes") ?? null,
      ...(!isSame && { proof: "unverified" }),
    }),
    served_model_id: text(row, "served_model_id") ?? entry.servedModelId ?? null,
    ...(text(row, "source_reference") === undefined &&
      entry.source !== undefined && {
        source_provider: entry.source.provider,
        source_reference: entry.source.reference,
        source_revision: entry.source.revision ?? null,
      }),
    // Other bytes of the same repository are of the commit they came with.
    ...(!isSame &&
      entry.source?.revision !== undefined &&
      row["source_provider"] === entry.source.provider &&
      row["source_reference"] === entry.source.reference && { source_revision: entry.source.revision }),
  };
}

/** As it is written, where nothing changes. */
function capabilitiesIn(row: Row, held: readonly Characteristic[]): string {
  const before = texts(row, "capabilities_json");
  const after = capabilitiesOver(before, effective(held));
  return after === before ? String(row["capabilities_json"]) : JSON.stringify(after);
}

/** Values of a source that speaks again and does not say them any more go. */
function characteristicChanges(
  name: string,
  rows: readonly Row[],
  said: readonly Characteristic[],
): { readonly changes: readonly RowChange[]; readonly held: readonly Characteristic[] } {
  const sources = new Set<string>(said.map(({ source }) => source));
  const wanted = new Map(said.map((one) => [`${name}|${one.name}|${one.source}`, one]));
  const stale = rows.filter((row) => sources.has(String(row["source"])) && !wanted.has(String(row["key"])));
  const kept = rows.filter((row) => !stale.includes(row) && !wanted.has(String(row["key"])));
  return {
    changes: [
      ...stale.map((row): RowChange => ({ table: "characteristics", key: String(row["key"]), row: null })),
      ...[...wanted].map(([key, one]): RowChange => ({ table: "characteristics", key, row: rowOf(key, name, one) })),
    ],
    held: [...said, ...kept.flatMap((row) => characteristicOf(row) ?? [])],
  };
}

const rowOf = (key: string, entry: string, { name, value, source, confidence }: Characteristic): Row => ({
  key,
  entry,
  name,
  value_json: JSON.stringify(value),
  source,
  confidence,
});

const KEYS = { entries: "key", files: "path", characteristics: "key", shapes: "entry" } as const;

/** As `editsUnder` has them, the entry's own row first; a row that is there keeps the columns they do not speak of. */
function rowsUnder(draft: Draft, name: string, entry: NewEntry): readonly RowChange[] {
  return editsUnder(name, entry).flatMap(({ table, key, after }) => {
    if (table !== "entries" && table !== "files" && table !== "characteristics" && table !== "shapes") return [];
    return [{ table, key, row: { ...draft.get(table, key), ...after, [KEYS[table]]: key } }];
  });
}

const pick = (row: Row, ...columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
