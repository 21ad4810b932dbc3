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

/** One operation may ask for it in several places; a survey never changes. */
const known = new WeakMap<Survey, Collection>();

export const collectionOf = (survey: Survey): Collection => finished(collectionInSlices(survey));

export function* collectionInSlices(survey: Survey): Slices<Collection> {
  const collection = known.get(survey) ?? (yield* grouping(survey));
  known.set(survey, collection);
  return collection;
}

function* grouping({ entries, files, characteristics, shapes }: Survey): Slices<Collection> {
  const rows = yield* grouped(entries, "name");
  const fileRows = yield* grouped(files, "entry");
  const characteristicRows = yield* grouped(characteristics, "entry");
  const shapeRows = yield* grouped(shapes, "entry");
  const byPath = yield* grouped(entries, "path");
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
  return {
    names: [...rows.keys()],
    rows: (name) => rows.get(name) ?? [],
    shown: (name) => rows.get(name)?.find(isDiscovered) ?? rows.get(name)?.[0],
    files: (name) => fileRows.get(name) ?? [],
    characteristics: (name) => characteristicRows.get(name) ?? [],
    shape: (name) => shapeRows.get(name)?.[0],
    below: (folder) => [...new Set((inFolders().get(folder) ?? []).map(([, name]) => name))],
    havingPath: (path) => [...new Set((byPath.get(path) ?? []).map(nameOf))],
    isLocked: (name) => locked.has(name),
  };
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
