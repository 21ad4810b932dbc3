import { hash } from "node:crypto";

/** A snapshot is one line of JSON, the database as SQLite writes it, and the sha256 of all before it as 64 hex digits. */
export interface Snapshot {
  readonly schema: number;
  readonly sequence: number;
  readonly database: Uint8Array;
}

const FORMAT = 1;
const DIGEST_BYTES = 64;

export function encodeSnapshot({ schema, sequence, database }: Snapshot): Uint8Array {
  const header = Buffer.from(`${JSON.stringify({ modeldeck: "registry", format: FORMAT, schema, sequence })}\n`);
  const content = Buffer.allocUnsafe(header.length + database.length + DIGEST_BYTES);
  content.set(header);
  content.set(database, header.length);
  const digest = hash("sha256", content.subarray(0, -DIGEST_BYTES), "hex");
  content.write(digest, content.length - DIGEST_BYTES, "latin1");
  return content;
}

export type SnapshotReading =
  | { readonly kind: "good"; readonly snapshot: Snapshot }
  /** Whole, but of a later release of ours: `theirs` says which. */
  | { readonly kind: "newer"; readonly theirs: string }
  | { readonly kind: "damaged"; readonly reason: string };

/** @param newestSchema the highest schema version we know */
export function readSnapshot(content: Uint8Array, newestSchema: number): SnapshotReading {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length === 0) return { kind: "damaged", reason: "it is empty" };
  const body = bytes.subarray(0, Math.max(0, bytes.length - DIGEST_BYTES));
  const newline = body.subarray(0, 1024).indexOf(0x0a);
  const header = newline === -1 ? undefined : parseHeader(body.toString("utf8", 0, newline));
  if (!header) return { kind: "damaged", reason: "it does not begin as a snapshot does" };
  if (hash("sha256", body, "hex") !== bytes.toString("latin1", body.length))
    return { kind: "damaged", reason: "its sha256 does not fit its content" };
  if (header.format > FORMAT) return { kind: "newer", theirs: `registry format ${header.format}` };
  if (header.schema > newestSchema) return { kind: "newer", theirs: `registry schema ${header.schema}` };
  const { schema, sequence } = header;
  return { kind: "good", snapshot: { schema, sequence, database: body.subarray(newline + 1) } };
}

/** What a snapshot says of itself; whether that is so, only reading it tells. */
export interface SnapshotMark {
  readonly schema: number;
  readonly sequence: number;
  readonly digest: string;
}

/** Bytes from its begin and to its end that say it. */
export const [HEAD_BYTES, TAIL_BYTES] = [1024, DIGEST_BYTES];

/** undefined where it does not begin as a snapshot of this release does. */
export function markOf(head: Uint8Array, tail: Uint8Array): SnapshotMark | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const newline = bytes.indexOf(0x0a);
  const header = newline === -1 ? undefined : parseHeader(bytes.toString("utf8", 0, newline));
  if (header?.format !== FORMAT || tail.length !== DIGEST_BYTES) return undefined;
  return { schema: header.schema, sequence: header.sequence, digest: Buffer.from(tail).toString("latin1") };
}

function parseHeader(line: string): { format: number; schema: number; sequence: number } | undefined {
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof header !== "object" || header === null) return undefined;
  if (!("modeldeck" in header) || header.modeldeck !== "registry") return undefined;
  const number = (value: unknown): number => (typeof value === "number" && Number.isSafeInteger(value) ? value : -1);
  const format = number("format" in header ? header.format : undefined);
  const schema = number("schema" in header ? header.schema : undefined);
  const sequence = number("sequence" in header ? header.sequence : undefined);
  return format < 0 || schema < 0 || sequence < 0 ? undefined : { format, schema, sequence };
}
