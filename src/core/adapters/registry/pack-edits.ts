import { deserialize, serialize } from "node:v8";
import type { Edit } from "../../ports/database.ts";

/** Edits in one message: of more, packing and sending hold the sender's loop. */
export const AT_ONCE = 256;

/** As bytes, which wait in the worker in a fraction of the room of what they say. */
export const packEdits = (edits: readonly Edit[]): Uint8Array => serialize(edits);

/** What `packEdits` packed, in the other thread of the same build. */
export function* unpackEdits(parts: readonly Uint8Array[]): Generator<Edit, void> {
  for (const part of parts) {
    const edits: readonly Edit[] = deserialize(part);
    yield* edits;
  }
}
