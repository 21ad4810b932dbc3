import { createHash, hash } from "node:crypto";
import type { Change, Row } from "../../ports/database.ts";

/** A line of the journal: who began to write at which state, or one transaction. */
export type JournalRecord = OpenedRecord | CommitRecord;

export interface OpenedRecord {
  readonly kind: "opened";
  readonly schema: number;
  /** The last commit of the state this owner found. Snapshots of older generations past it are void. */
  readonly sequence: number;
  /** Segment of an older generation → bytes of it that count. What is past them, or not named, is void for ever. */
  readonly read: Readonly<Record<string, number>>;
}

export interface CommitRecord {
  readonly kind: "commit";
  readonly schema: number;
  readonly sequence: number;
  readonly changes: readonly Change[];
}

const SUM_DIGITS = 16;
const SUM_BYTES = `,"sum":"${"0".repeat(SUM_DIGITS)}"}`.length;

/** First 16 hex digits of the sha256 over the record as JSON: against decay and torn writes, not against forgers. */
const sumOf = (body: string | Uint8Array): string => hash("sha256", body, "hex").slice(0, SUM_DIGITS);

/** The record as one line of JSON, its checksum as the last member, newline included. */
export function encodeLine(record: JournalRecord): string {
  const body = JSON.stringify(record);
  return `${body.slice(0, -1)},"sum":"${sumOf(body)}"}\n`;
}

/** The same line of a commit, piece by piece: of a large one it is a hundred megabytes. The changes are asked for once. */
export function* linePieces(
  { schema, sequence }: Pick<CommitRecord, "schema" | "sequence">,
  changes: Iterable<Change>,
): Generator<string, void> {
  const sum = createHash("sha256");
  const empty = JSON.stringify({ kind: "commit", schema, sequence, changes: [] } satisfies CommitRecord);
  let piece = empty.slice(0, -2);
  let separator = "";
  for (const change of changes) {
    piece += separator + JSON.stringify(change);
    separator = ",";
    if (piece.length < PIECE) continue;
    sum.update(piece);
    yield piece;
    piece = "";
  }
  sum.update(`${piece}]}`);
  yield `${piece}],"sum":"${sum.digest("hex").slice(0, SUM_DIGITS)}"}\n`;
}

/** Characters. */
const PIECE = 2 ** 18;

export interface JournalScan {
  readonly records: readonly JournalRecord[];
  /** `ends[i]`: bytes up to and with record i's newline. */
  readonly ends: readonly number[];
  /**
   * Why reading stopped before the end. `torn`: the rest of a write that was cut off, which nobody was told is done.
   * `damaged`: a line that was whole once.
   */
  readonly problem?: { readonly kind: "torn" } | { readonly kind: "damaged"; readonly reason: string };
}

/** Reads lines up to the first that does not check out. */
export function scanJournal(content: Uint8Array): JournalScan {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const records: JournalRecord[] = [];
  const ends: number[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline === -1) return { records, ends, problem: { kind: "torn" } };
    const line = bytes.subarray(start, newline);
    const record = decodeLine(line);
    if (record === undefined) {
      // A block that never reached the disk reads as zeros; it can only belong to the write that was cut off.
      const torn = newline === bytes.length - 1 && line.includes(0);
      const reason = `line ${records.length + 1} fails its checksum`;
      return { records, ends, problem: torn ? { kind: "torn" } : { kind: "damaged", reason } };
    }
    records.push(record);
    ends.push(newline + 1);
    start = newline + 1;
  }
  return { records, ends };
}

/** The record, or undefined where the line is damaged. */
export function decodeLine(line: Uint8Array): JournalRecord | undefined {
  if (line.length <= SUM_BYTES) return undefined;
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8");
  const body = `${text.slice(0, -SUM_BYTES)}}`;
  if (text.slice(-SUM_BYTES) !== `,"sum":"${sumOf(body)}"}`) return undefined;
  return parseRecord(body);
}

function parseRecord(body: string): JournalRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(record)) return undefined;
  const { kind, schema, sequence } = record;
  if (!isCount(schema) || !isCount(sequence)) return undefined;
  if (kind === "opened" && isObject(record["read"])) {
    const read = Object.entries(record["read"]).flatMap(([file, size]) =>
      isCount(size) ? [[file, size] as const] : [],
    );
    return { kind, schema, sequence, read: Object.fromEntries(read) };
  }
  const changes = record["changes"];
  if (kind === "commit" && Array.isArray(changes) && changes.every(isChange))
    return { kind, schema, sequence, changes };
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const isRowOrNull = (value: unknown): value is Row | null =>
  value === null ||
  (isObject(value) &&
    Object.values(value).every((one) => one === null || typeof one === "string" || typeof one === "number"));

const isChange = (value: unknown): value is Change =>
  isObject(value) &&
  typeof value["table"] === "string" &&
  typeof value["key"] === "string" &&
  isRowOrNull(value["before"]) &&
  isRowOrNull(value["after"]);
