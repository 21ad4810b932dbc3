import { type Literal, bytesOf, digitAt, literal, standsAt } from "../literal.ts";
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
  /**
   * From a name's closing quote to what follows the entry's closing brace; false: it is written otherwise than most.
   * @param usual of the tensors of such a name; what is seen is noted there
   */
  take(usual: UsualTail): boolean;
}

/** What stood last between such a name and its offsets: a layer's tensors have the type and shape of the layer's before. */
export interface UsualTail {
  text: Literal | undefined;
  comma: Literal;
  dtype: string;
  rank: number;
  elements: number;
  width: number;
  /** How often it was something else since it was the same. */
  missed: number;
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

export const usualTail = (): UsualTail => ({
  text: undefined,
  comma: SPACINGS[0].comma,
  dtype: "",
  rank: 0,
  elements: 0,
  width: 0,
  missed: 0,
});

/** What is never the same twice is noted no more. */
const OFTEN = 4;
const MOST_DIGITS = 15;
const NONE = -1;
const MOST_DIMENSIONS = 16;

export function createEntryReader(view: DataView): EntryReader {
  let [word] = WORDS;
  let [spacing]: readonly ((typeof SPACINGS)[number] | undefined)[] = SPACINGS;
  /** Where the number ends that was read last. */
  let after = 0;
  /** Where the offsets began that were read last. */
  let tailed = 0;

  /** `NONE` where none stands there. */
  function number(from: number): number {
    let at = from;
    let sum = 0;
    for (let digit = digitAt(view, at); digit >= 0 && digit <= 9; digit = digitAt(view, at)) {
      sum = sum * 10 + digit;
      at += 1;
    }
    after = at;
    return at > from && at - from <= MOST_DIGITS ? sum : NONE;
  }

  /** Up to the bracket after the last number. */
  function shape(from: number, comma: Literal): boolean {
    let [rank, elements] = [0, 1];
    let value = 0;
    after = from;
    let digit = digitAt(view, from);
    for (let at = from; digit >= 0 && digit <= 9; digit = digitAt(view, at)) {
      value = number(at);
      if (value === NONE) return false;
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
    take: (usual: UsualTail) => {
      const { at } = reader;
      if (!usual.text || !standsAt(view, at, usual.text)) return takeUnusual(at) && note(at, usual);
      reader.dtype = usual.dtype;
      reader.rank = usual.rank;
      reader.elements = usual.elements;
      reader.width = usual.width;
      usual.missed = 0;
      return offsets(at + usual.text.length, usual.comma);
    },
  };

  function takeUnusual(at: number): boolean {
    if (!spacing || !standsAt(view, at, spacing.dtype))
      spacing = SPACINGS.find(({ dtype }) => standsAt(view, at, dtype));
    if (!spacing) return false;
    const typed = at + spacing.dtype.length;
    if (!word || !standsAt(view, typed, word.signs)) word = WORDS.find((one) => standsAt(view, typed, one.signs));
    if (!word) return false;
    reader.dtype = word.dtype;
    const shaped = typed + word.dtype.length;
    if (!standsAt(view, shaped, spacing.shape) || !shape(shaped + spacing.shape.length, spacing.comma)) return false;
    if (!standsAt(view, after, spacing.offsets)) return false;
    tailed = after + spacing.offsets.length;
    return offsets(tailed, spacing.comma);
  }

  function offsets(from: number, comma: Literal): boolean {
    const begin = number(from);
    if (begin === NONE || !standsAt(view, after, comma)) return false;
    const end = number(after + comma.length);
    reader.begin = begin;
    reader.end = end;
    reader.at = after + AFTER.length;
    return end >= begin && standsAt(view, after, AFTER);
  }

  function note(from: number, usual: UsualTail): true {
    usual.missed += 1;
    if (usual.missed > OFTEN || !spacing) return true;
    usual.text = literal(bytesOf(view).subarray(from, tailed));
    usual.comma = spacing.comma;
    usual.dtype = reader.dtype;
    usual.rank = reader.rank;
    usual.elements = reader.elements;
    usual.width = reader.width;
    return true;
  }
  return reader;
}
