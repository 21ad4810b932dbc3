import { createNameShapes } from "../name-shapes.ts";
import { createNumberSet } from "./number-set.ts";
import { PACKERS, typeOf } from "./packed.ts";
import { createEntryReader, usualTail } from "./quick-entry.ts";
import type { SummarizedHeader } from "./summary.ts";
import { textsOf } from "./texts-of.ts";
import { roleOf } from "./tensor-role.ts";
import { createTotals } from "./totals.ts";

const BLANK = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const BRACE_OPEN = 123;
const BRACE = 125;
/** Where the first name stands, or its blank. */
const FIRST = 9;
/** What the shortest entry takes. */
const SHORTEST = 40;
const SHAPES = 2 ** 13;
const LONGEST_METADATA = 1024 * 1024;

const shapes = createNameShapes((name) => ({
  role: roleOf(name),
  isMetadata: name === "__metadata__",
  usual: usualTail(),
}));
const seen = createNumberSet();
const decoder = new TextDecoder();
const placesFor = (most: number): readonly [Uint32Array, Uint32Array, Float64Array] => [
  new Uint32Array(most),
  new Uint32Array(most),
  new Float64Array(most),
];
/** Where the names of the header stand that is read now, and their tensors' last dimensions: new ones for each cost more. */
let [starts, ends, widths] = placesFor(2048);

/**
 * The header of a file as nearly everybody writes it, summed without making anything of a single tensor. undefined: it is
 * written otherwise, or packed, or wrong; the reader that takes its time tells.
 * @param header from the file's begin, all of it @param room bytes that come after it
 */
export function quickSummary(header: Uint8Array, room: number): SummarizedHeader | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const entry = createEntryReader(view);
  const totals = createTotals();
  let count = 0;
  let metadata: ReadonlyMap<string, string> | undefined;
  let adding = 0;
  let [sees, hears, speaks] = [false, false, false];
  shapes.begin();
  const most = header.length / SHORTEST;
  seen.begin(most);
  if (most > starts.length) [starts, ends, widths] = placesFor(2 * most);
  let at = FIRST;
  while (header[at] !== BRACE) {
    const start = (header[at] === BLANK ? at + 1 : at) + 1;
    const shape = header[start - 1] === QUOTE ? shapes.lookQuoted(view, start) : undefined;
    if (!shape) return undefined;
    const { role, isMetadata, usual } = shape.facts;
    const { end, first, serial } = shapes.told;
    if (isMetadata) {
      const begin = header.indexOf(BRACE_OPEN, end);
      const after = header[end + 1] === COLON && begin <= end + 3 ? endOfTexts(header, begin) : -1;
      metadata = metadata || after < 0 ? undefined : textsOf(decoder.decode(header.subarray(begin, after)));
      if (!metadata) return undefined;
      entry.at = after;
    } else {
      entry.at = end;
      if (!(serial >= 0) || !entry.take(usual) || !seen.add(serial * SHAPES + shape.id) || entry.end > room)
        return undefined;
      const { dtype, elements, rank } = entry;
      if (PACKERS.has(dtype) && !role.auxiliary) return undefined;
      const own = role.auxiliary ? 0 : elements;
      totals.add({ role, layer: first, bytes: entry.end - entry.begin, rank, parameters: own, type: typeOf(dtype) });
      starts[count] = start;
      ends[count] = end;
      widths[count] = elements > 0 ? entry.width : 0;
      count += 1;
      if (role.adds) adding += 1;
      sees ||= role.sees;
      hears ||= role.hears;
      speaks ||= role.speaks;
    }
    at = entry.at;
    if (header[at] === COMMA) at += 1;
    else if (header[at] !== BRACE) return undefined;
  }
  return {
    metadata: metadata ?? new Map<string, string>(),
    summary: {
      count,
      adding,
      sees,
      hears,
      speaks,
      totals: totals.end(),
      names: (wanted) =>
        Array.from(starts.subarray(0, Math.min(wanted, count)), (start, index) =>
          decoder.decode(header.subarray(start, ends[index])),
        ),
      widthOf: (index) => (index < count ? (widths[index] ?? 0) : 0),
    },
  };
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
