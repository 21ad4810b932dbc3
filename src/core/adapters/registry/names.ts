/**
 * File names of the registry. A generation is one owner's reign; a segment is a stretch of its journal.
 *   registry/<generation>-<sequence>.db       the state after that commit
 *   registry/<generation>-<sequence>.answers  what was asked first, answered from that state (answers-file.ts)
 *   registry/<generation>-<sequence>.listing  all that lists show, packed of that state (listing-file.ts)
 *   journal/<generation>.jsonl                the first segment; its first line is the owner's `opened` record
 *   journal/<generation>-<after>.jsonl        a later segment; its first record follows commit <after>
 */
export interface SnapshotName {
  readonly file: string;
  readonly generation: number;
  readonly sequence: number;
}

export interface SegmentName {
  readonly file: string;
  readonly generation: number;
  /** The commit before its first; undefined for the first segment of a generation, whose `opened` record says it. */
  readonly after: number | undefined;
}

export const snapshotFile = (generation: number, sequence: number): string => `${generation}-${sequence}.db`;

export const answersFile = (snapshot: string): string => snapshot.replace(/\.db$/, ".answers");

export const listingFile = (snapshot: string): string => snapshot.replace(/\.db$/, ".listing");

export const segmentFile = (generation: number, after: number | undefined): string =>
  after === undefined ? `${generation}.jsonl` : `${generation}-${after}.jsonl`;

/** Newest first. Names that are none are left out. */
export function snapshotNames(files: readonly string[]): readonly SnapshotName[] {
  return files
    .flatMap((file) => {
      const match = /^(\d+)-(\d+)\.db$/.exec(file);
      return match ? [{ file, generation: Number(match[1]), sequence: Number(match[2]) }] : [];
    })
    .toSorted((a, b) => b.generation - a.generation || b.sequence - a.sequence);
}

/** In the order they were written. Names that are none are left out. */
export function segmentNames(files: readonly string[]): readonly SegmentName[] {
  return files
    .flatMap((file) => {
      const match = /^(\d+)(?:-(\d+))?\.jsonl$/.exec(file);
      if (!match) return [];
      return [{ file, generation: Number(match[1]), after: match[2] === undefined ? undefined : Number(match[2]) }];
    })
    .toSorted((a, b) => a.generation - b.generation || (a.after ?? -1) - (b.after ?? -1));
}

/** The highest generation any of the names carries; 0 where there is none. */
export function highestGeneration(...lists: readonly (readonly string[])[]): number {
  let highest = 0;
  for (const file of lists.flat()) {
    const match = /^(\d+)(?:-\d+)?\.(?:db|jsonl)$/.exec(file);
    if (match) highest = Math.max(highest, Number(match[1]));
  }
  return highest;
}

/** A file that did not check out is kept under this name; no colon, which Windows does not allow. */
export const setAsideName = (file: string, wall: number): string =>
  `${file}.corrupt-${new Date(wall).toISOString().replaceAll(/[:.]/g, "-")}`;
