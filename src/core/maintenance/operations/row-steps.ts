import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { json, text } from "../../registry/columns.ts";
import { LIFTED } from "../../registry/registry-file.ts";
import { keyColumns } from "../../registry/schema.ts";
import type { CollectionTable } from "../survey/read-rows.ts";
import type { Decision, Step } from "../plan.ts";
import { type Collection, isShared, nameOf } from "./collection.ts";

export const joined = (decisions: readonly Decision[]): Decision => ({
  steps: decisions.flatMap(({ steps }) => steps),
  keptBack: decisions.flatMap(({ keptBack }) => keptBack),
});

export const lockedBack = (name: string): KeptBack => ({ what: name, reason: "it is locked" });

export const removeRow = (table: CollectionTable, row: Row): Step => ({
  kind: "row",
  table,
  key: String(row[keyColumns[table] ?? "key"]),
  before: row,
  after: null,
});

/** None where the changes change nothing. */
export function changeRow(table: "entries" | "files", row: Row, changes: Row): readonly Step[] {
  if (Object.entries(changes).every(([column, value]) => row[column] === value)) return [];
  const key = String(row[keyColumns[table] ?? "key"]);
  return [{ kind: "row", table, key, before: row, after: { ...row, ...changes } }];
}

/**
 * The rows leave the collection; locked entries stay. Where no row of the name is left, what is known of its files and
 * characteristics goes too. No file is touched.
 */
export function removeEntries(collection: Collection, chosen: readonly Row[]): Decision {
  const free = chosen.filter((row) => !collection.isLocked(nameOf(row)));
  const keptBack = [...new Set(chosen.filter((row) => collection.isLocked(nameOf(row))).map(nameOf))].map(lockedBack);
  const going = new Set(free);
  const goneNames = new Set(free.map(nameOf).filter((name) => collection.rows(name).every((row) => going.has(row))));
  const belongings = [...goneNames].flatMap((name) => [
    ...collection.files(name).map((row) => handOn(collection, row, goneNames)),
    ...collection.characteristics(name).map((row) => removeRow("characteristics", row)),
    ...[collection.shape(name) ?? []].flat().map((row) => removeRow("shapes", row)),
  ]);
  return { steps: [...free.map((row) => removeRow("entries", row)), ...belongings], keptBack };
}

/**
 * A file that another entry has as its path belongs to that one from now on, with its digest; what is shared, to one
 * that has use of it.
 */
export function handOn(collection: Collection, row: Row, gone: ReadonlySet<string>): Step {
  const path = text(row, "path") ?? "";
  const heirs = [...collection.havingPath(path), ...(isShared(path) ? collection.below(folderOf(path)) : [])];
  const heir = heirs.find((name) => !gone.has(name) && !collection.isLocked(name));
  const [step = removeRow("files", row)] = heir === undefined ? [] : changeRow("files", row, { entry: heir });
  return step;
}

/** What a download said of an entry, taken away: it is logical from now on. */
export const clearDownload = (row: Row): readonly Step[] =>
  changeRow("entries", row, {
    path: null,
    location: null,
    size_bytes: null,
    downloaded_at: null,
    proof: "unverified",
    ...withoutLifted(row),
  });

/** Without what an import put there of the download, for want of a column. */
function withoutLifted(row: Row): Row {
  const metadata = json(row, "metadata_json");
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return {};
  const lifted: ReadonlySet<string> = new Set(LIFTED);
  const fields = Object.entries(metadata);
  const left = fields.filter(([field]) => !lifted.has(field));
  return left.length === fields.length ? {} : { metadata_json: JSON.stringify(Object.fromEntries(left)) };
}
