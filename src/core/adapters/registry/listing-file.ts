import { hash } from "node:crypto";
import { FORM } from "../../registry/pack-listing.ts";
import type { SnapshotMark } from "./snapshot-file.ts";

/**
 * All that lists show, packed for one snapshot and beside it: one line of JSON says for which, then what pack-listing.ts
 * makes, and the sha256 of all before it as 64 hex digits. It is derived: any doubt, and it is not believed.
 */
export function encodeListing(of: SnapshotMark, packed: Uint8Array): Uint8Array {
  const header = headerOf(of);
  const content = Buffer.allocUnsafe(header.length + packed.length + DIGEST_BYTES);
  content.set(header);
  content.set(packed, header.length);
  content.write(hash("sha256", content.subarray(0, -DIGEST_BYTES), "hex"), content.length - DIGEST_BYTES, "latin1");
  return content;
}

/** A part of the content. undefined where that is torn, damaged, of another release's form or of another snapshot. */
export function readListing(content: Uint8Array<ArrayBuffer>, of: SnapshotMark): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const header = headerOf(of);
  const end = bytes.length - DIGEST_BYTES;
  if (end < header.length || !bytes.subarray(0, header.length).equals(header)) return undefined;
  if (hash("sha256", bytes.subarray(0, end), "hex") !== bytes.toString("latin1", end)) return undefined;
  return content.subarray(header.length, end);
}

const FORMAT = 1;
const DIGEST_BYTES = 64;
/** Numbers are read where they lie, and must begin at a multiple of it. */
const ALIGNED = 8;

function headerOf({ schema, sequence, digest }: SnapshotMark): Buffer {
  const line = JSON.stringify({ modeldeck: "listing", format: FORMAT, form: FORM, schema, sequence, digest });
  const length = Buffer.byteLength(line) + 1;
  return Buffer.from(`${line}${" ".repeat((ALIGNED - (length % ALIGNED)) % ALIGNED)}\n`);
}
