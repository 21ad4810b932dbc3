import { deserialize, serialize } from "node:v8";
import type { Edit } from "../../ports/database.ts";

/** Edits in one message: of more, packing and sending hold the sender's loop. */
export const AT_ONCE = 256;

/** As bytes, which wait in the worker in a fraction of the room of what they say. */
export const packEdits = (edits: readonly Edit[]): Uint8Array => serialize(edits);

/** What `packEdits` packed, in the other thread of the same build. @param parts is emptied on the way: what is done is let go of */
export function* unpackEdits(parts: Uint8Array[]): Generator<Edit, void> {
  for (let part = parts.shift(); part; part = parts.shift()) {
    const edits: readonly Edit[] = deserialize(part);
    yield* edits;
  }
}
