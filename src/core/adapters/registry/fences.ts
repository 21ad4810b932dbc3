import type { OpenedRecord } from "./journal-line.ts";
import type { SegmentName, SnapshotName } from "./names.ts";

/** That a generation began, and what it found: the first record of its journal. */
export interface Takeover {
  readonly generation: number;
  readonly opened: OpenedRecord;
}

/** Snapshots that are of the line of history the later owners went on with, newest first. */
export const validSnapshots = (
  snapshots: readonly SnapshotName[],
  takeovers: readonly Takeover[],
): readonly SnapshotName[] =>
  snapshots.filter(({ generation, sequence }) =>
    takeovers.every((takeover) => takeover.generation <= generation || sequence <= takeover.opened.sequence),
  );

/** Bytes of the segment that count: what every later owner read of it. Infinity where none came later. */
export const countedBytes = (segment: SegmentName, takeovers: readonly Takeover[]): number =>
  takeovers
    .filter((takeover) => takeover.generation > segment.generation)
    .reduce((least, { opened }) => Math.min(least, opened.read[segment.file] ?? 0), Infinity);

/**
 * The last commit a segment can hold that counts; Infinity where nothing limits it.
 * @param segments all of them, in order
 */
export function lastSequence(
  segment: SegmentName,
  segments: readonly SegmentName[],
  takeovers: readonly Takeover[],
): number {
  const later = segments.slice(segments.indexOf(segment) + 1);
  const ofSameReign = later.flatMap(({ generation, after }) =>
    generation === segment.generation && after !== undefined ? [after] : [],
  );
  const ofLaterReigns = takeovers
    .filter(({ generation }) => generation > segment.generation)
    .map(({ opened }) => opened.sequence);
  return Math.min(Infinity, ...ofSameReign, ...ofLaterReigns);
}
