import type { Folders } from "./folders.ts";
import type { Recovered } from "./recover.ts";

const KEPT_SNAPSHOTS = 3;

/** The files an opening may need. */
export interface Shelf {
  newest(): { readonly file: string; readonly sequence: number } | undefined;
  /** A segment of our own that is written no more, and the last commit in it. */
  ended(file: string, until: number): void;
  /** A snapshot that is whole on the disk. */
  taken(file: string, sequence: number): void;
  /** Removes what no opening needs any more. */
  tidy(): void;
}

/** @param hollow segments without a commit  @param others files that stay all the same */
export function shelve(
  folders: Folders,
  generation: number,
  found: Recovered,
  hollow: ReadonlySet<string>,
  others: () => readonly string[],
): Shelf {
  let snapshots = found.snapshots.map(({ file, sequence }) => ({ file, sequence }));
  let segments = found.segments
    .filter((one) => !one.hollow && !hollow.has(one.name.file))
    .map(({ name, until }) => ({ file: name.file, until }));
  return {
    newest: () => snapshots[0],
    ended: (file, until) => {
      segments = [...segments, { file, until }];
    },
    taken: (file, sequence) => {
      snapshots = [{ file, sequence }, ...snapshots.filter((one) => one.file !== file)];
    },
    tidy: () => {
      snapshots = snapshots.slice(0, KEPT_SNAPSHOTS);
      // With fewer, the journal from the very first commit on stands in for the ones there are not.
      const oldest = snapshots[KEPT_SNAPSHOTS - 1]?.sequence ?? -1;
      segments = segments.filter(({ until }) => until > oldest);
      folders.retire(generation, new Set([...snapshots, ...segments].map(({ file }) => file).concat(others())));
    },
  };
}
