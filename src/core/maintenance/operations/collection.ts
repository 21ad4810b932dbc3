import { type FileRole, readFileName } from "../../identify/file-name.ts";
import type { Row } from "../../ports/database.ts";
import { flag, text } from "../../registry/columns.ts";
import type { Survey } from "../plan.ts";
import { type Slices, each, finished } from "../slices.ts";
import { byFolder, once } from "./by-folder.ts";

/** The rows of a survey by the name of their entry. */
export interface Collection {
  /** In the order of the survey. */
  readonly names: readonly string[];
  /** Both layers. */
  readonly rows: (name: string) => readonly Row[];
  /** The discovered row, else the curated one: what people see. */
  readonly shown: (name: string) => Row | undefined;
  readonly files: (name: string) => readonly Row[];
  readonly characteristics: (name: string) => readonly Row[];
  readonly shape: (name: string) => Row | undefined;
  /** Entries that have the path as their own; a file's row has but one entry. */
  readonly havingPath: (path: string) => readonly string[];
  /** Entries that have something below the folder: what is shared there serves them, whoever its row belongs to. */
  readonly below: (folder: string) => readonly string[];
  /** In either layer: whatever shows, the lock holds. */
  readonly isLocked: (name: string) => boolean;
}

/** The largest tables: grouped only where somebody looks into them. */
export type LargeTable = "files" | "characteristics";
type Groups = ReadonlyMap<string, readonly Row[]>;

/** One operation may ask for it in several places; a survey never changes. */
const known = new WeakMap<
  Survey,
  { readonly collection: Collection; readonly gather: (table: LargeTable) => Slices<Groups> }
>();

export const collectionOf = (survey: Survey): Collection => finished(collectionInSlices(survey, []));

/** @param large tables that will be looked into, so that they, too, are grouped in slices */
export function* collectionInSlices(survey: Survey, large: readonly LargeTable[]): Slices<Collection> {
  const made = known.get(survey) ?? (yield* grouping(survey));
  known.set(survey, made);
  for (const table of large) yield* made.gather(table);
  return made.collection;
}

function* grouping(survey: Survey): Slices<{
  readonly collection: Collection;
  readonly gather: (table: LargeTable) => Slices<Groups>;
}> {
  const { entries, files, shapes } = survey;
  const rows = yield* grouped(entries, "name");
  const shapeRows = yield* grouped(shapes, "entry");
  const byPath = yield* grouped(entries, "path");
  const gathered = new Map<LargeTable, Groups>();
  function* gather(table: LargeTable): Slices<Groups> {
    const groups = gathered.get(table) ?? (yield* grouped(survey[table], "entry"));
    gathered.set(table, groups);
    return groups;
  }
  const within = (table: LargeTable, name: string): readonly Row[] =>
    (gathered.get(table) ?? finished(gather(table))).get(name) ?? [];
  const inFolders = once(() =>
    byFolder(
      [
        ...entries.map((row) => [text(row, "path"), nameOf(row)]),
        ...files.map((row) => [text(row, "path"), text(row, "entry")]),
      ].flatMap(([path, name]) =>
        path === undefined || name === undefined || isSynthetic(path) ? [] : [[path, name] as const],
      ),
      ([path]) => path,
    ),
  );
  const locked = new Set(entries.filter((row) => flag(row, "locked")).map(nameOf));
  const collection: Collection = {
    names: [...rows.keys()],
    rows: (name) => rows.get(name) ?? [],
    shown: (name) => rows.get(name)?.find(isDiscovered) ?? rows.get(name)?.[0],
    files: (name) => within("files", name),
    characteristics: (name) => within("characteristics", name),
    shape: (name) => shapeRows.get(name)?.[0],
    below: (folder) => [...new Set((inFolders().get(folder) ?? []).map(([, name]) => name))],
    havingPath: (path) => [...new Set((byPath.get(path) ?? []).map(nameOf))],
    isLocked: (name) => locked.has(name),
  };
  return { collection, gather };
}

export const nameOf = (row: Row): string => text(row, "name") ?? "";
export const isDiscovered = (row: Row): boolean => row["layer"] === "discovered";

const SHARED: ReadonlySet<string> = new Set(["projector", "support", "draft"] satisfies readonly FileRole[]);

/** A file that serves all weights beside it: a projector, a configuration, a draft model. */
export const isShared = (path: string): boolean => SHARED.has(readFileName(path).role);

/** A path that stands for a model in a store of which we see only the server. */
export const isSynthetic = (path: string): boolean => path.startsWith("ollama://");

/** It has no path, or a synthetic one and no download time. */
export function isLogicalOnly(row: Row): boolean {
  const path = text(row, "path");
  return path === undefined || (isSynthetic(path) && text(row, "downloaded_at") === undefined);
}

function* grouped(rows: readonly Row[], column: string): Slices<ReadonlyMap<string, readonly Row[]>> {
  const groups = new Map<string, Row[]>();
  yield* each(rows, (row) => {
    const value = text(row, column);
    const group = value === undefined ? undefined : groups.get(value);
    if (group !== undefined) group.push(row);
    else if (value !== undefined) groups.set(value, [row]);
  });
  return groups;
}
