import { folderOf } from "../../downloads/safe-path.ts";
import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import type { FoundFile } from "../../stores/found.ts";
import { type Lost, baseOf, isNeeded, pathOf, sizeOf } from "./lost.ts";
import { isBelow } from "./paths.ts";

/** Where each file of an entry lies now, if its main file is the one that was found. */
export interface Target {
  readonly row: Row;
  readonly path: string;
}

/** Below the new folder as they lay below the old one. undefined where the file found lies in no folder of that form. */
export function targetsOf({ path, folder, main, others }: Lost, found: string): readonly Target[] | undefined {
  if (main === undefined) return undefined;
  const inside = pathOf(main).slice(folder.length);
  const isFolder = pathOf(main) !== path;
  if (isFolder && !found.endsWith(inside)) return undefined;
  const now = isFolder ? found.slice(0, -inside.length) : folderOf(found);
  return [
    { row: main, path: found },
    ...others.flatMap((row) =>
      isBelow(pathOf(row), folder) ? [{ row, path: now + pathOf(row).slice(folder.length) }] : [],
    ),
  ];
}

export interface Known {
  readonly sameSize: ReadonlyMap<string, FoundFile>;
  readonly digests: ReadonlyMap<string, string>;
}

/** The file whose bytes are those of the row, by size and digest. */
const provenAt = ({ sameSize, digests }: Known, row: Row, path: string): FoundFile | undefined => {
  const [file, wanted] = [sameSize.get(path), text(row, "sha256")];
  return wanted !== undefined && file?.sizeBytes === sizeOf(row) && digests.get(path) === wanted ? file : undefined;
};

export interface Moved {
  /** Old row → new row; null: gone. */
  readonly rows: ReadonlyMap<Row, Row | null>;
  readonly main: string;
}

/** What becomes of the rows if the files lie there; in words, why the entry is not whole there. */
export function movedTo(lost: Lost, found: string, known: Known): Moved | string {
  const targets = targetsOf(lost, found);
  if (targets === undefined) return "it lies in another folder than the rest";
  const rows = new Map<Row, Row | null>();
  for (const row of lost.others)
    if (!targets.some((one) => one.row === row) && isNeeded(row)) return `${baseOf(pathOf(row))} lay elsewhere`;
  for (const { row, path } of targets) {
    const file = provenAt(known, row, path);
    const same = known.digests.get(path) !== undefined && known.digests.get(path) === text(row, "sha256");
    if (file !== undefined) rows.set(row, { ...row, path, modified: file.modified, identity: file.identity });
    else if (isNeeded(row)) return `${baseOf(pathOf(row))} is not beside it`;
    else rows.set(row, same ? { ...row, path, modified: null, identity: null } : null);
  }
  for (const row of lost.others) if (!rows.has(row)) rows.set(row, null);
  return { rows, main: found };
}

/** Files of the size of what is gone, likely ones first: of the same name, then by path. */
export const candidatesOf = (lost: Lost, sameSize: Iterable<FoundFile>): readonly FoundFile[] => {
  const wanted = lost.main === undefined ? lost.sizeBytes : sizeOf(lost.main);
  const name = baseOf(lost.main === undefined ? lost.path : pathOf(lost.main));
  return [...sameSize]
    .filter(({ path, sizeBytes }) => sizeBytes === wanted && !/[\\/]\.modeldeck-trash[\\/]/.test(path))
    .toSorted(
      (one, other) =>
        Number(baseOf(other.path) === name) - Number(baseOf(one.path) === name) || (one.path < other.path ? -1 : 1),
    );
};
