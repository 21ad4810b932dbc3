import type { Malformed, Reader } from "../reader.ts";
import type { SafetensorsHeader, Tensor } from "./header.ts";
import { parseEntry } from "./parse-entry.ts";
import { textsOf } from "./texts-of.ts";

/** What one look takes: most headers whole. */
const FIRST_LOOK = 64 * 1024;
const LOOK = 1024 * 1024;
/** The format's own limit. */
const LONGEST_HEADER = 100 * 1000 * 1000;
/** Held of the header at a time, and tensors held: far above what models have, and well below 64 MB. */
const LONGEST_ENTRY = 8 * 1024 * 1024;
const MOST_TENSORS = 131_072;

/** @param size of the whole file, in bytes */
export function* readSafetensors(size: number): Reader<SafetensorsHeader | Malformed> {
  if (size === 0) return bad("it is empty");
  const start = yield { offset: 0, length: Math.min(size, FIRST_LOOK) };
  const length = headerLength(start);
  if (length === undefined || size < 8) return bad("it is too short");
  if (start[0] === 0x3c && start[8] !== 0x7b) return bad("it is a web page saved under its name");
  if (length > LONGEST_HEADER || length < 2 || start[8] !== 0x7b) return bad("it does not begin like one");
  if (length + 8 > size) return bad("it ends within its own header");
  return yield* readTable(start, length, size - 8 - length);
}

function* readTable(start: Uint8Array, length: number, room: number): Reader<SafetensorsHeader | Malformed> {
  const decoder = new TextDecoder();
  const tensors: Tensor[] = [];
  const names = new Set<string>();
  let metadata: ReadonlyMap<string, string> | undefined;
  let text = decoder.decode(start.subarray(9, 8 + length), { stream: true });
  let fetched = Math.min(start.length, 8 + length);
  let at = 0;
  for (;;) {
    const entry = parseEntry(text, at);
    if (entry.kind === "bad") return entry.why;
    if (entry.kind === "end") return { metadata: metadata ?? new Map<string, string>(), tensors };
    if (entry.kind === "more") {
      if (fetched >= 8 + length) return bad("its header ends too early");
      if (text.length - at > LONGEST_ENTRY) return bad("one entry of its header has no end");
      // Twice what is held, so that a long entry is not looked through again for every little piece.
      const wanted = Math.min(8 + length - fetched, Math.max(LOOK, text.length - at));
      const more = yield { offset: fetched, length: wanted };
      if (more.length < wanted) return bad("it ends within its own header");
      text = text.slice(at) + decoder.decode(more, { stream: true });
      fetched += more.length;
      at = 0;
    } else if (entry.kind === "metadata") {
      if (metadata !== undefined) return bad("its header says things twice");
      metadata = textsOf(entry.text);
      if (metadata === undefined) return bad("the metadata in its header is broken");
      at = entry.next;
    } else {
      const { tensor } = entry;
      if (names.has(tensor.name)) return bad("its header names a tensor twice");
      if (entry.end > room) return bad("it ends before its tensors do");
      if (tensors.length >= MOST_TENSORS) return bad("it lists more tensors than any model has");
      names.add(tensor.name);
      tensors.push(tensor);
      at = entry.next;
    }
  }
}

const bad = (why: string): Malformed => ({
  malformed: `This is no readable safetensors file: ${why}. Download it again.`,
});

/** Of the first eight bytes; undefined where there are fewer. */
function headerLength(start: Uint8Array): number | undefined {
  if (start.length < 8) return undefined;
  return Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true));
}
