import type { Migration } from "../../registry/schema.ts";
import { type MovedNames, createMovedNames } from "../../registry/moved-names.ts";
import { fault } from "../../util/faults.ts";
import { type Takeover, countedBytes, lastSequence, validSnapshots } from "./fences.ts";
import { type CommitRecord, type JournalRecord, decodeLine, scanJournal } from "./journal-line.ts";
import type { SegmentName, SnapshotName } from "./names.ts";
import { type Snapshot, readSnapshot } from "./snapshot-file.ts";
import type { Tables } from "./tables.ts";

/** What the disk holds. Reading throws what Node throws; a file that is gone meanwhile throws ENOENT. */
export interface Holdings {
  readonly snapshots: readonly SnapshotName[];
  readonly segments: readonly SegmentName[];
  readSnapshot(name: SnapshotName): Uint8Array;
  readSegment(name: SegmentName): Uint8Array;
}

export interface Recovered {
  readonly tables: Tables;
  /** The last commit in the tables. */
  readonly sequence: number;
  /** Those that count, newest first; all but the ones that were found damaged. */
  readonly snapshots: readonly SnapshotName[];
  /** The snapshot it began with, and of whom commits after it spoke. */
  readonly base: SnapshotName | undefined;
  readonly moved: MovedNames;
  /** True where no snapshot that counts holds all of it in the schema of today. */
  readonly unsaved: boolean;
  /** In order. */
  readonly segments: readonly RecoveredSegment[];
  readonly damaged: readonly Damage[];
}

export interface RecoveredSegment {
  readonly name: SegmentName;
  /** The last commit it may hold that counts. */
  readonly until: number;
  /** Bytes of it that count. */
  readonly counted: number;
  /** The snapshot that was opened holds all of it. */
  readonly spared: boolean;
  /** It was read and holds no commit. */
  readonly hollow: boolean;
}

export type Damage = { readonly reason: string } & (
  | { readonly kind: "snapshot"; readonly name: SnapshotName }
  | { readonly kind: "segment"; readonly name: SegmentName }
);

/**
 * The newest good snapshot and the journals after it. Changes nothing on the disk. Throws `versionSkew`.
 * @param own what this owner has said it found, if it has: nothing past that counts
 */
export function recover(
  holdings: Holdings,
  migrations: readonly Migration[],
  open: (content: Snapshot | undefined) => Tables,
  own: readonly Takeover[] = [],
): Recovered {
  const damaged: Damage[] = [];
  const takeovers = [...holdings.segments.flatMap((name) => takeoverOf(name, holdings) ?? []), ...own];
  const candidates = validSnapshots(holdings.snapshots, takeovers);
  const base = newestGood(candidates, holdings, migrations.length, damaged);
  const tables = open(base?.snapshot);
  const start = base?.snapshot.sequence ?? 0;
  let sequence = start;
  const segments: RecoveredSegment[] = [];
  const moved = createMovedNames();

  try {
    for (const name of holdings.segments) {
      const until = lastSequence(name, holdings.segments, takeovers);
      const limit = countedBytes(name, takeovers);
      const content = holdings.readSegment(name).subarray(0, limit);
      if (until <= start) {
        segments.push({ name, until, counted: content.length, spared: true, hollow: false });
        continue;
      }
      const scan = scanJournal(content);
      // From an older state than a record was written on, nothing may be built further: it would be no state that ever was.
      const usable = follows(scan.records, start, sequence);
      tables.transaction(() => {
        for (const record of scan.records.slice(0, usable.count)) {
          if (record.schema > migrations.length) throw skew(migrations, `registry schema ${record.schema}`);
          if (record.kind === "opened" || record.sequence <= start) continue;
          apply(tables, record, moved);
        }
      });
      sequence = usable.sequence;
      if (usable.problem !== undefined) damaged.push({ kind: "segment", name, reason: usable.problem });
      else if (scan.problem?.kind === "damaged") damaged.push({ kind: "segment", name, reason: scan.problem.reason });
      const hollow = !scan.records.slice(0, usable.count).some(({ kind }) => kind === "commit");
      const counted = scan.ends[usable.count - 1] ?? 0;
      segments.push({ name, until: Math.min(until, sequence), counted, spared: false, hollow });
    }
    tables.migrate(migrations.length);
  } catch (error) {
    tables.close();
    throw error;
  }
  const bad = new Set(damaged.map(({ name }) => name.file));
  const unsaved = sequence > start || (base !== undefined && base.snapshot.schema < migrations.length);
  const snapshots = candidates.filter(({ file }) => !bad.has(file));
  return { tables, sequence, base: base?.name, moved, unsaved, segments, damaged, snapshots };
}

function newestGood(
  candidates: readonly SnapshotName[],
  holdings: Holdings,
  newestSchema: number,
  damaged: Damage[],
): { readonly name: SnapshotName; readonly snapshot: Snapshot } | undefined {
  for (const name of candidates) {
    const reading = readSnapshot(holdings.readSnapshot(name), newestSchema);
    if (reading.kind === "newer")
      throw fault({ code: "versionSkew", ours: `registry schema ${newestSchema}`, theirs: reading.theirs });
    if (reading.kind === "good") return { name, snapshot: reading.snapshot };
    damaged.push({ kind: "snapshot", name, reason: reading.reason });
  }
  return undefined;
}

export function takeoverOf(name: SegmentName, holdings: Pick<Holdings, "readSegment">): Takeover | undefined {
  if (name.after !== undefined) return undefined;
  const content = holdings.readSegment(name);
  const newline = content.indexOf(0x0a);
  const record = newline === -1 ? undefined : decodeLine(content.subarray(0, newline));
  return record?.kind === "opened" ? { generation: name.generation, opened: record } : undefined;
}

/** How many of the records, from the first, continue the state at `sequence`, and where they lead. */
function follows(
  records: readonly JournalRecord[],
  start: number,
  sequence: number,
): { readonly count: number; readonly sequence: number; readonly problem?: string } {
  let current = sequence;
  for (const [count, record] of records.entries()) {
    if (record.kind === "commit" && record.sequence <= start) continue;
    const previous = record.kind === "opened" ? record.sequence : record.sequence - 1;
    if (record.kind === "opened" ? previous > current : previous !== current)
      return {
        count,
        sequence: current,
        problem: `it follows commit ${previous}, and ${current} is the last that can be read`,
      };
    if (record.kind === "commit") current = record.sequence;
  }
  return { count: records.length, sequence: current };
}

function apply(tables: Tables, record: CommitRecord, moved: MovedNames): void {
  tables.migrate(Math.max(record.schema, tables.schema()));
  for (const change of record.changes) {
    tables.replay(change);
    moved.note(change);
  }
}

const skew = (migrations: readonly Migration[], theirs: string): Error =>
  fault({ code: "versionSkew", ours: `registry schema ${migrations.length}`, theirs });
