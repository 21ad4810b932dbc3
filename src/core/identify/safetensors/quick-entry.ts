import { DTYPE_BITS } from "./header.ts";

/** Where one looks in the bytes of a table, and the values that were read there last. */
export interface EntryReader {
  at: number;
  /** Of the shape: how many numbers, their product, the last of them. */
  rank: number;
  elements: number;
  width: number;
  /** Of the offsets. */
  begin: number;
  end: number;
  dtype: string;
  /** From a name's closing quote to what follows the entry's closing brace; false: it is written otherwise than most. */
  take(): boolean;
}

const encoder = new TextEncoder();
/** What stands between the values as the two usual writers put it (Rust's, Python's). */
const SPACINGS = [
  { dtype: '":{"dtype":"', shape: '","shape":[', offsets: '],"data_offsets":[', after: "]}", blank: 0 },
  { dtype: '": {"dtype": "', shape: '", "shape": [', offsets: '], "data_offsets": [', after: "]}", blank: 1 },
].map(({ blank, dtype, shape, offsets, after }) => ({
  blank,
  dtype: encoder.encode(dtype),
  shape: encoder.encode(shape),
  offsets: encoder.encode(offsets),
  after: encoder.encode(after),
}));

const BLANK = 32;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const MOST_DIGITS = 15;
const MOST_DIMENSIONS = 16;

const WORDS = Object.keys(DTYPE_BITS).map((dtype) => ({ dtype, signs: encoder.encode(`${dtype}"`) }));

export function createEntryReader(bytes: Uint8Array): EntryReader {
  let [word] = WORDS;
  let [spacing] = SPACINGS;

  /** Goes on where that stands here. */
  function passes(signs: Uint8Array): boolean {
    const { at } = reader;
    for (let index = 0; index < signs.length; index += 1) if (bytes[at + index] !== signs[index]) return false;
    reader.at = at + signs.length;
    return true;
  }

  /** -1: none stands here. */
  function number(): number {
    const start = reader.at;
    let value = 0;
    let at = start;
    for (let sign = bytes[at] ?? 0; sign >= ZERO && sign <= NINE; sign = bytes[at] ?? 0) {
      value = value * 10 + sign - ZERO;
      at += 1;
    }
    reader.at = at;
    return at === start || at - start > MOST_DIGITS ? -1 : value;
  }

  /** Whether another number follows. */
  function comma(blank: number): boolean {
    if (bytes[reader.at] !== COMMA) return false;
    reader.at += bytes[reader.at + 1] === BLANK ? 1 + blank : 1;
    return true;
  }

  function takeShape(blank: number): boolean {
    reader.rank = 0;
    reader.elements = 1;
    reader.width = 0;
    const first = bytes[reader.at] ?? 0;
    if (first < ZERO || first > NINE) return true;
    do {
      const value = number();
      if (value < 0) return false;
      reader.rank += 1;
      reader.elements *= value;
      reader.width = value;
    } while (comma(blank));
    return reader.rank <= MOST_DIMENSIONS && reader.elements <= Number.MAX_SAFE_INTEGER;
  }

  const reader: EntryReader = {
    at: 0,
    rank: 0,
    elements: 0,
    width: 0,
    begin: 0,
    end: 0,
    dtype: "",
    take: () => {
      if (!spacing || !passes(spacing.dtype)) {
        spacing = SPACINGS.find(({ dtype }) => passes(dtype));
        if (!spacing) return false;
      }
      const start = reader.at;
      if (!word || !same(bytes, start, word.signs)) word = WORDS.find(({ signs }) => same(bytes, start, signs));
      if (!word) return false;
      reader.dtype = word.dtype;
      reader.at = start + word.dtype.length;
      if (!passes(spacing.shape) || !takeShape(spacing.blank) || !passes(spacing.offsets)) return false;
      reader.begin = number();
      if (!comma(spacing.blank)) return false;
      reader.end = number();
      return reader.begin >= 0 && reader.end >= reader.begin && passes(spacing.after);
    },
  };
  return reader;
}

function same(bytes: Uint8Array, at: number, signs: Uint8Array): boolean {
  for (let index = 0; index < signs.length; index += 1) if (bytes[at + index] !== signs[index]) return false;
  return true;
}
