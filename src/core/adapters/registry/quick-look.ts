import { type Answers, readAnswers } from "./answers-file.ts";
import { type Takeover, countedBytes, lastSequence, validSnapshots } from "./fences.ts";
import { type OpenedRecord, scanJournal } from "./journal-line.ts";
import type { SegmentName, SnapshotName } from "./names.ts";
import { takeoverOf } from "./recover.ts";
import type { SnapshotMark } from "./snapshot-file.ts";

/** What can be told of a registry without reading its snapshot. Throws what Node throws. */
export interface Glance {
  readonly snapshots: readonly SnapshotName[];
  readonly segments: readonly SegmentName[];
  /** Its first bytes; more than enough for its first line. */
  headOf(name: SegmentName): Uint8Array;
  sizeOf(name: SegmentName): number;
  readSegment(name: SegmentName): Uint8Array;
  /** undefined where it does not begin as a snapshot does. */
  markOf(name: SnapshotName): SnapshotMark | undefined;
  /** undefined where there is none. */
  answersOf(name: SnapshotName): Uint8Array | undefined;
}

export interface QuickLook {
  /** What lay beside the newest snapshot, believed or not: what was asked is worth knowing all the same. */
  readonly kept: Answers | undefined;
  /** There where the answers are those of the state of now. */
  readonly state?: QuickState;
}

export interface QuickState {
  readonly snapshot: SnapshotName;
  /** What this owner found, to be said in its journal. */
  readonly opened: OpenedRecord;
  /** Segments that hold no commit. */
  readonly hollow: ReadonlySet<string>;
}

/** Whether answers can be given before the snapshot is read: only where nothing at all speaks against it. */
export function lookQuickly(glance: Glance, schema: number): QuickLook {
  const heads = new Map(glance.segments.map((name) => [name, glance.headOf(name)]));
  const readSegment = (name: SegmentName): Uint8Array => heads.get(name) ?? new Uint8Array();
  const takeovers = glance.segments.flatMap((name) => takeoverOf(name, { readSegment }) ?? []);
  const [newest] = validSnapshots(glance.snapshots, takeovers);
  const content = newest && glance.answersOf(newest);
  const kept = content && readAnswers(content);
  if (!newest || !kept) return { kept: undefined };
  const mark = glance.markOf(newest);
  const { of } = kept;
  const same =
    mark?.schema === schema && mark.sequence === newest.sequence && mark.digest === of.digest && of.schema === schema;
  if (!same || of.sequence !== newest.sequence) return { kept };
  // A first line that is longer than what was read of it.
  if (
    glance.segments.some((name) => !readSegment(name).includes(0x0a) && glance.sizeOf(name) > readSegment(name).length)
  )
    return { kept };

  const read: Record<string, number> = {};
  const hollow = new Set<string>();
  for (const name of glance.segments) {
    const told = toldOf(name, glance, takeovers, { sequence: newest.sequence, schema, size: of.journal[name.file] });
    if (!told) return { kept };
    read[name.file] = told.counted;
    if (told.hollow) hollow.add(name.file);
  }
  return {
    kept,
    state: { snapshot: newest, opened: { kind: "opened", schema, sequence: newest.sequence, read }, hollow },
  };
}

/** undefined where it may hold something past the snapshot. @param at.size what it had when nothing was past it */
function toldOf(
  name: SegmentName,
  glance: Glance,
  takeovers: readonly Takeover[],
  at: { readonly sequence: number; readonly schema: number; readonly size: number | undefined },
): { readonly counted: number; readonly hollow: boolean } | undefined {
  const limit = countedBytes(name, takeovers);
  const size = glance.sizeOf(name);
  if (lastSequence(name, glance.segments, takeovers) <= at.sequence || size === at.size)
    return { counted: Math.min(size, limit), hollow: false };
  const { records, ends, problem } = scanJournal(glance.readSegment(name).subarray(0, limit));
  if (problem) return undefined;
  if (records.some(({ sequence, schema }) => sequence > at.sequence || schema > at.schema)) return undefined;
  return { counted: ends.at(-1) ?? 0, hollow: !records.some(({ kind }) => kind === "commit") };
}
