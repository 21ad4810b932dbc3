import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Row, Value } from "../../ports/database.ts";
import { placeOf } from "../../registry/entry-query.ts";
import { SLICE, sliceFrom } from "../../registry/listed.ts";
import { createListingPack } from "../../registry/pack-listing.ts";
import { durableReplace } from "../durable-replace.ts";
import { encodeListing, readListing } from "./listing-file.ts";
import { listingFile } from "./names.ts";
import type { SnapshotMark } from "./snapshot-file.ts";

/** A snapshot, and what it says of itself. */
export interface MarkedSnapshot {
  readonly file: string;
  readonly mark: SnapshotMark;
}

/** What is packed beside that snapshot; undefined where there is nothing that holds, and then that is removed. */
export function listingBeside(folder: string, { file, mark }: MarkedSnapshot): Uint8Array<ArrayBuffer> | undefined {
  const place = path.join(folder, listingFile(file));
  try {
    const found = readListing(readOwn(place), mark);
    if (!found) rmSync(place, { force: true });
    return found;
  } catch {
    return undefined;
  }
}

/** In memory of its own, which goes to another thread as it is. */
function readOwn(place: string): Uint8Array<ArrayBuffer> {
  const descriptor = openSync(place, "r");
  try {
    const content = new Uint8Array(fstatSync(descriptor).size);
    return content.subarray(0, readSync(descriptor, content));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Packs what lists show and writes it beside the snapshot, which holds everything there is; nothing where it lies there.
 * A commit goes first, and ends it.
 */
export async function keepListing(
  folder: string,
  { file, mark }: MarkedSnapshot,
  query: (statement: string, parameters: readonly Value[]) => readonly Row[],
  isStill: () => boolean,
): Promise<void> {
  const place = path.join(folder, listingFile(file));
  if (existsSync(place)) return;
  const pack = createListingPack();
  let last: Row | undefined;
  for (let count = SLICE; count === SLICE;) {
    await turn();
    if (!isStill()) return;
    const { sql, parameters } = sliceFrom(UNTOLD, last && placeOf(last));
    const rows = query(sql, parameters);
    for (const row of rows) pack.add(row);
    [last, count] = [rows.at(-1) ?? last, rows.length];
  }
  if (last) await durableReplace(place, encodeListing(mark, pack.bytes()));
}

/** Which entries are testing entries, whoever reads it says: that is a setting. */
const UNTOLD = { sql: "0", parameters: [] };
