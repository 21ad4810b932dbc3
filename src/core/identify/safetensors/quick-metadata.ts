import { literal, standsAt } from "../literal.ts";
import { textsOf } from "./texts-of.ts";

export interface QuickMetadata {
  readonly metadata: ReadonlyMap<string, string>;
  /** What comes after its closing brace. */
  readonly next: number;
}

const BLANK = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const BRACE_OPEN = 123;
const BRACE = 125;
const LONGEST_METADATA = 1024 * 1024;
const NAME = literal(new TextEncoder().encode('"__metadata__"'));
const decoder = new TextDecoder();

/** The metadata that stand before all tensors, as most writers put them; `next` is past the comma. undefined: none stand there. */
export function leadingMetadata(header: DataView, bytes: Uint8Array, from: number): QuickMetadata | undefined {
  const start = bytes[from] === BLANK ? from + 1 : from;
  if (!standsAt(header, start, NAME)) return undefined;
  const found = takeMetadata(bytes, start + NAME.length - 1);
  return found && { ...found, next: bytes[found.next] === COMMA ? found.next + 1 : found.next };
}

/** @param end the closing quote of their name @returns undefined where they are written otherwise than most */
export function takeMetadata(bytes: Uint8Array, end: number): QuickMetadata | undefined {
  const begin = bytes.indexOf(BRACE_OPEN, end);
  const next = bytes[end + 1] === COLON && begin <= end + 3 ? endOfTexts(bytes, begin) : -1;
  const metadata = next < 0 ? undefined : textsOf(decoder.decode(bytes.subarray(begin, next)));
  return metadata && { metadata, next };
}

/** After the object of texts that begins there; -1: it has no end, or is longer than most. */
function endOfTexts(bytes: Uint8Array, begin: number): number {
  let quoted = false;
  for (let at = begin + 1; at < bytes.length && at - begin < LONGEST_METADATA; at += 1) {
    const sign = bytes[at];
    if (sign === QUOTE) quoted = !quoted;
    else if (sign === BACKSLASH && quoted) at += 1;
    else if (sign === BRACE && !quoted) return at + 1;
    else if (sign === BRACE_OPEN && !quoted) return -1;
  }
  return -1;
}
