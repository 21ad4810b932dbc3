import { type Literal, digitAt, literal, standsAt } from "../literal.ts";
import { DTYPE_BITS } from "./header.ts";

/** Where one looks in the bytes of a table, and what was read there last. */
export interface EntryReader {
  at: number;
  readonly dtype: string;
  /** Of the shape: how many numbers, their product, the last of them. */
  readonly rank: number;
  readonly elements: number;
  readonly width: number;
  /** Of the offsets. */
  readonly begin: number;
  readonly end: number;
  /** From a name's closing quote to what follows the entry's closing brace; false: it is written otherwise than most. */
  take(): boolean;
}

const encoder = new TextEncoder();
const signs = (text: string) => literal(encoder.encode(text));
/** What stands between the values as the two usual writers put it (Rust's, Python's). */
const SPACINGS = [
  {
    dtype: signs('":{"dtype":"'),
    shape: signs('","shape":['),
    offsets: signs('],"data_offsets":['),
    comma: signs(","),
  },
  {
    dtype: signs('": {"dtype": "'),
    shape: signs('", "shape": ['),
    offsets: signs('], "data_offsets": ['),
    comma: signs(", "),
  },
] as const;
const AFTER = signs("]}");
const WORDS = Object.keys(DTYPE_BITS).map((dtype) => ({ dtype, signs: signs(`${dtype}"`) }));

const MOST_DIGITS = 15;
const MOST_DIMENSIONS = 16;

export function createEntryReader(view: DataView): EntryReader {
  let [word] = WORDS;
  let [spacing]: readonly ((typeof SPACINGS)[number] | undefined)[] = SPACINGS;
  /** The number that was read last, and where it ends. */
  let value = 0;
  let after = 0;

  function number(from: number): boolean {
    let at = from;
    value = 0;
    for (let digit = digitAt(view, at); digit >= 0 && digit <= 9; digit = digitAt(view, at)) {
      value = value * 10 + digit;
      at += 1;
    }
    after = at;
    return at > from && at - from <= MOST_DIGITS;
  }

  /** Up to the bracket after the last number. */
  function shape(from: number, comma: Literal): boolean {
    let [rank, elements] = [0, 1];
    value = 0;
    after = from;
    let digit = digitAt(view, from);
    for (let at = from; digit >= 0 && digit <= 9; digit = digitAt(view, at)) {
      if (!number(at)) return false;
      rank += 1;
      elements *= value;
      if (!standsAt(view, after, comma)) break;
      at = after + comma.length;
    }
    reader.rank = rank;
    reader.elements = elements;
    reader.width = value;
    return rank <= MOST_DIMENSIONS && elements <= Number.MAX_SAFE_INTEGER;
  }

  const reader = {
    at: 0,
    dtype: "",
    rank: 0,
    elements: 0,
    width: 0,
    begin: 0,
    end: 0,
    take: () => {
      const { at } = reader;
      if (!spacing || !standsAt(view, at, spacing.dtype))
        spacing = SPACINGS.find(({ dtype }) => standsAt(view, at, dtype));
      if (!spacing) return false;
      const typed = at + spacing.dtype.length;
      if (!word || !standsAt(view, typed, word.signs)) word = WORDS.find((one) => standsAt(view, typed, one.signs));
      if (!word) return false;
      reader.dtype = word.dtype;
      const shaped = typed + word.dtype.length;
      if (!standsAt(view, shaped, spacing.shape) || !shape(shaped + spacing.shape.length, spacing.comma)) return false;
      if (!standsAt(view, after, spacing.offsets) || !number(after + spacing.offsets.length)) return false;
      reader.begin = value;
      if (!standsAt(view, after, spacing.comma) || !number(after + spacing.comma.length)) return false;
      reader.end = value;
      reader.at = after + AFTER.length;
      return reader.end >= reader.begin && standsAt(view, after, AFTER);
    },
  };
  return reader;
}
