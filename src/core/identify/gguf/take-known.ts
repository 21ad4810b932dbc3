import type { KnownBytes } from "../known-bytes.ts";
import type { Reader } from "../reader.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Passes over bytes that were read before, or reads them and keeps what they say. It must follow from them and their
 * sort alone. @param sort as `KnownBytes` means it
 */
export function* takeKnown<T>(
  cursor: Cursor,
  known: KnownBytes<T> | undefined,
  sort: number,
  take: () => Reader<T | undefined>,
): Reader<T | undefined> {
  // In the other byte order the same bytes say something else.
  if (!known || !cursor.littleEndian) return yield* take();
  const before = cursor.view();
  const found = known.find(sort, before.bytes, before.at);
  if (found) {
    cursor.skip(found.copy.length);
    return found.said;
  }
  const said = yield* take();
  const { bytes, view, at } = cursor.view();
  const wasInSight = view === before.view && at <= bytes.length;
  if (said !== undefined && wasInSight) known.keep(sort, bytes.subarray(before.at, at), () => said);
  return said;
}
