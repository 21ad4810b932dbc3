import { type Literal, bytesOf, digitAt, literal, standsAt } from "./literal.ts";

/** All names that differ in nothing but the numbers that stand between two dots: `model.layers.7.mlp.up_proj.weight`. */
export interface NameShape<T> {
  /** Of another shape another one, until `begin` is asked again; below 2^13. */
  readonly id: number;
  readonly facts: T;
}

/**
 * What names tell, told once for each shape: layers repeat themselves, and so do the files of one architecture. It works
 * on bytes, since making a string of every name takes longer than all the rest of a header.
 */
export interface NameShapes<T> {
  /** Before the first name of a file. */
  begin(): void;
  /** undefined: there are too many shapes, or a number has more digits than anybody counts to. */
  look(view: DataView, from: number, to: number): NameShape<T> | undefined;
  /** Of a name that a quotation mark ends; undefined also where it is written with backslashes. */
  lookQuoted(view: DataView, from: number): NameShape<T> | undefined;
  /** Of the name that was looked at last. */
  readonly told: {
    readonly end: number;
    /** Its first number; 0 where it has none. */
    readonly first: number;
    /** Its numbers in one, which tells it from others of its shape; below 2^40, NaN where they are too many or too large. */
    readonly serial: number;
  };
}

interface Known<T> extends NameShape<T> {
  /** A number's place is `HOLE`. */
  readonly pattern: Uint8Array;
  /** What stands before, between and after the numbers. */
  readonly parts: readonly Literal[];
  /** What came after it last. */
  next: Known<T> | undefined;
}

const MOST_SHAPES = 2 ** 13;
const NUMBERS_TOLD = 4;
const LARGEST_TOLD = 2 ** 10;
const MOST_DIGITS = 9;
const HOLE = 0;
const QUOTE = 34;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;

/** @param factsOf of a name whose numbers between dots are all 0 */
export function createNameShapes<T>(factsOf: (name: string) => T): NameShapes<T> {
  const known = new Map<number, readonly Known<T>[]>();
  const decoder = new TextDecoder();
  const told = { end: 0, first: 0, serial: 0 };
  let shapes = 0;
  let last: Known<T> | undefined;

  /** Whether a name of this shape begins here; what it tells is told then. */
  function fits(parts: readonly Literal[], view: DataView, from: number): boolean {
    let at = from;
    let first = 0;
    let serial = 0;
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index];
      if (index > 0) {
        let number = 0;
        const begin = at;
        for (let digit = digitAt(view, at); digit >= 0 && digit <= 9; digit = digitAt(view, at)) {
          number = number * 10 + digit;
          at += 1;
        }
        if (at === begin || at - begin > MOST_DIGITS) return false;
        if (index === 1) first = number;
        serial = number < LARGEST_TOLD && index <= NUMBERS_TOLD ? serial * LARGEST_TOLD + number : Number.NaN;
      }
      if (!part || !standsAt(view, at, part)) return false;
      at += part.length;
    }
    told.end = at;
    told.first = first;
    told.serial = serial;
    return true;
  }

  function find(view: DataView, from: number, to: number): Known<T> | undefined {
    const pattern = patternOf(bytesOf(view), from, to);
    let hash = 0;
    for (const sign of pattern) hash = Math.imul(hash ^ sign, 16_777_619);
    const alike = known.get(hash) ?? [];
    const found = alike.find((one) => isSame(one.pattern, pattern));
    if (found) return found;
    if (shapes >= MOST_SHAPES) return undefined;
    const name = decoder.decode(pattern.map((sign) => (sign === HOLE ? ZERO : sign)));
    const shape: Known<T> = { id: shapes, facts: factsOf(name), pattern, parts: partsOf(pattern), next: undefined };
    shapes += 1;
    known.set(hash, [...alike, shape]);
    return shape;
  }

  function look(view: DataView, from: number, to: number): NameShape<T> | undefined {
    const guess = last?.next;
    if (guess && fits(guess.parts, view, from) && told.end === to) return (last = guess);
    const shape = find(view, from, to);
    if (!shape || !fits(shape.parts, view, from) || told.end !== to) return undefined;
    if (last) last.next = shape;
    return (last = shape);
  }

  return {
    told,
    look,
    begin: () => {
      if (shapes < MOST_SHAPES / 2) return;
      last = undefined;
      known.clear();
      shapes = 0;
    },
    lookQuoted: (view, from) => {
      const guess = last?.next;
      if (guess && fits(guess.parts, view, from) && isQuote(view, told.end)) return (last = guess);
      const bytes = bytesOf(view);
      const to = bytes.indexOf(QUOTE, from);
      return to < 0 || bytes.subarray(from, to).includes(BACKSLASH) ? undefined : look(view, from, to);
    },
  };
}

const isQuote = (view: DataView, at: number): boolean => at < view.byteLength && view.getUint8(at) === QUOTE;

function partsOf(pattern: Uint8Array): readonly Literal[] {
  const parts: Literal[] = [];
  let from = 0;
  for (let hole = pattern.indexOf(HOLE); hole >= 0; hole = pattern.indexOf(HOLE, from)) {
    parts.push(literal(pattern.subarray(from, hole)));
    from = hole + 1;
  }
  return [...parts, literal(pattern.subarray(from))];
}

function patternOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const pattern = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const sign = bytes[at] ?? 0;
    pattern[length++] = sign;
    if (sign !== DOT) continue;
    let end = at + 1;
    while (end < to && isDigit(bytes[end] ?? 0)) end += 1;
    if (end === at + 1 || end >= to || bytes[end] !== DOT) continue;
    pattern[length++] = HOLE;
    at = end - 1;
  }
  return pattern.slice(0, length);
}

const isDigit = (sign: number): boolean => sign >= ZERO && sign <= NINE;

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((sign, index) => sign === other[index]);
