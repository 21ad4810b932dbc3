import type { Tensor } from "./header.ts";

export interface UsualEntry {
  readonly tensor: Tensor;
  readonly end: number;
  /** Where the text goes on: after the comma, or at the `}` of the whole. */
  readonly next: number;
}

/** What stands between the values as the two usual writers put it (Rust's, Python's): before type, shape, offsets, and within. */
const SPACINGS = [
  { dtype: '":{"dtype":"', shape: '","shape":[', offsets: '],"data_offsets":[', comma: 1 },
  { dtype: '": {"dtype": "', shape: '", "shape": [', offsets: '], "data_offsets": [', comma: 2 },
] as const;

const ZERO = 48;
const NINE = 57;
const COMMA = 44;
const BRACKET = 93;
const BRACE = 125;
const QUOTE = 34;
/** A space may stand before the next name. */
const BLANK = 32;
const MOST_DIMENSIONS = 16;

/** A tensor's entry as everybody writes it, without building a tree; undefined: it takes the slow way. */
export function usualEntry(text: string, at: number): UsualEntry | undefined {
  const start = text.charCodeAt(at) === BLANK ? at + 1 : at;
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  const nameEnd = text.indexOf('"', start + 1);
  const spacing = SPACINGS.find(({ dtype }) => text.startsWith(dtype, nameEnd));
  if (nameEnd < 0 || spacing === undefined) return undefined;
  const name = text.slice(start + 1, nameEnd);
  const typeStart = nameEnd + spacing.dtype.length;
  const typeEnd = text.indexOf('"', typeStart);
  if (typeEnd < 0 || typeEnd - typeStart > 16 || !text.startsWith(spacing.shape, typeEnd)) return undefined;
  if (name.includes("\\")) return undefined;
  const numbers = readNumbers(text, typeEnd + spacing.shape.length, spacing.comma);
  if (numbers === undefined || !text.startsWith(spacing.offsets, numbers.end)) return undefined;
  const offsets = readNumbers(text, numbers.end + spacing.offsets.length, spacing.comma);
  const [begin, end] = offsets?.values ?? [];
  if (offsets === undefined || begin === undefined || end === undefined || offsets.values.length > 2 || end < begin)
    return undefined;
  const after = text.charCodeAt(offsets.end + 2);
  if (text.charCodeAt(offsets.end + 1) !== BRACE || (after !== COMMA && after !== BRACE)) return undefined;
  const dtype = text.slice(typeStart, typeEnd);
  const tensor = { name, dtype, shape: numbers.values, bytes: end - begin };
  return { tensor, end, next: offsets.end + (after === COMMA ? 3 : 2) };
}

/** Whole numbers up to the bracket that closes their list; `end` is where it stands. */
function readNumbers(
  text: string,
  from: number,
  comma: number,
): { readonly values: readonly number[]; readonly end: number } | undefined {
  const values: number[] = [];
  if (text.charCodeAt(from) === BRACKET) return { values, end: from };
  let value = 0;
  let digits = 0;
  for (let at = from; ; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign >= ZERO && sign <= NINE) {
      value = value * 10 + sign - ZERO;
      digits += 1;
    } else if (digits > 0 && digits < 16 && (sign === COMMA || sign === BRACKET)) {
      values.push(value);
      if (sign === BRACKET) return { values, end: at };
      if (values.length >= MOST_DIMENSIONS) return undefined;
      if (comma === 2 && text.charCodeAt(at + 1) === BLANK) at += 1;
      value = 0;
      digits = 0;
    } else return undefined;
  }
}
