import { folderOf } from "../../downloads/safe-path.ts";
import { readFileName } from "../../identify/file-name.ts";
import type { Row } from "../../ports/database.ts";
import { number, text } from "../../registry/columns.ts";
import type { SurveyRows } from "../plan.ts";
import { isDiscovered, isSynthetic, nameOf } from "./collection.ts";
import { isBelow, withoutEnd } from "./paths.ts";

/** An entry whose path is gone, though its drive is there. */
export interface Lost {
  readonly name: string;
  /** That is gone. */
  readonly path: string;
  /** Where its files lay: their places below it tell where the others are, once one is found. */
  readonly folder: string;
  /** The file that is looked for: the path itself, of a folder the largest file with a digest. undefined: none is known. */
  readonly main: Row | undefined;
  /** The other files that are gone, in the order of their paths. */
  readonly others: readonly Row[];
  /** Of the entry, where no file of it is known. */
  readonly sizeBytes: number | undefined;
}

export function lostEntries({ entries, files, disk }: SurveyRows): readonly Lost[] {
  const isGone = (path: string): boolean => disk.get(path)?.kind === "absent";
  const filesOf = Map.groupBy(files, (row) => text(row, "entry"));
  return [...Map.groupBy(entries, nameOf)].flatMap(([name, rows]): readonly Lost[] => {
    const shown = rows.find(isDiscovered) ?? rows[0];
    const path = shown && text(shown, "path");
    if (shown === undefined || path === undefined || isSynthetic(path) || !isGone(path)) return [];
    const gone = (filesOf.get(name) ?? []).filter((row) => isGone(pathOf(row)));
    const inside = gone.filter((row) => isBelow(pathOf(row), path));
    const main = gone.find((row) => pathOf(row) === path) ?? inside.toSorted(mainFirst)[0];
    const folder = inside.length > 0 ? withoutEnd(path) : folderOf(path);
    const others = gone.filter((row) => row !== main);
    return [{ name, path, folder, main, others, sizeBytes: number(shown, "size_bytes") }];
  });
}

export const pathOf = (row: Row): string => text(row, "path") ?? "";
export const sizeOf = (row: Row): number => number(row, "size_bytes") ?? 0;
export const baseOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** Without it the model cannot be served as it was. */
export const isNeeded = (row: Row): boolean => !["support", "document"].includes(readFileName(pathOf(row)).role);

const mainFirst = (one: Row, other: Row): number =>
  Number(text(other, "sha256") !== undefined && isNeeded(other)) -
    Number(text(one, "sha256") !== undefined && isNeeded(one)) || sizeOf(other) - sizeOf(one);
