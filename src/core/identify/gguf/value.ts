import type { Reader } from "../reader.ts";
import type { Cursor } from "./cursor.ts";
import { ggufLimits } from "./limits.ts";
import { takeKnown } from "./take-known.ts";

export type GgufScalar = string | number | boolean;

/** `elements`: of numbers all or, where there are more than 1024, none; of strings the first 16; of arrays none. */
export interface GgufArray {
  readonly length: number;
  readonly elements: readonly GgufScalar[];
}

export type GgufValue = GgufScalar | GgufArray;

const STRING = 8;
const ARRAY = 9;
/** Bytes of a value, by the number of its type: u8 i8 u16 i16 u32 i32 f32 bool – – u64 i64 f64. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

/** A string, without its text where that is longer than `longest` bytes. Undefined: stopped. */
export function* takeString(
  cursor: Cursor,
  longest: number,
): Reader<{ readonly text: string | undefined; readonly length: number } | undefined> {
  if (!(yield* cursor.need(8))) return undefined;
  const length = cursor.u64("The length of a string");
  if (length === undefined) return undefined;
  if (length > ggufLimits.stringLength) return cursor.fail("A string is impossibly long.");
  if (length > longest) {
    cursor.skip(length);
    return { text: undefined, length };
  }
  return (yield* cursor.need(length)) ? { text: cursor.text(length), length } : undefined;
}

/** A value of the type with that number, none where it is too long to be kept. Undefined: stopped. */
export function* takeValue(cursor: Cursor, type: number): Reader<{ readonly value?: GgufValue } | undefined> {
  if (type === ARRAY) return yield* takeArray(cursor, 1);
  if (type === STRING) {
    const string = yield* takeString(cursor, ggufLimits.keptString);
    return string && (string.text === undefined ? {} : { value: string.text });
  }
  const size = SIZES[type];
  if (size === undefined) return cursor.fail(`A value has a type that is unknown (${type}).`);
  return (yield* cursor.need(size)) ? { value: scalar(cursor, type) } : undefined;
}

function* takeArray(cursor: Cursor, depth: number): Reader<{ readonly value?: GgufArray } | undefined> {
  if (depth > ggufLimits.nesting) return cursor.fail("Arrays are nested too deep.");
  if (!(yield* cursor.need(12))) return undefined;
  const type = cursor.u32();
  const length = cursor.u64("The length of an array");
  if (length === undefined) return undefined;
  if (length > ggufLimits.arrayLength) return cursor.fail("An array is impossibly long.");
  if (type === STRING) {
    const value = yield* takeKnown(cursor, cursor.known?.texts, length, () => takeStrings(cursor, length));
    return value && { value };
  }
  if (type === ARRAY) {
    for (let index = 0; index < length; index += 1)
      if ((yield* takeArray(cursor, depth + 1)) === undefined) return undefined;
    return { value: { length, elements: [] } };
  }
  const size = SIZES[type];
  if (size === undefined) return cursor.fail(`An array has elements of a type that is unknown (${type}).`);
  if (length > ggufLimits.keptNumbers) {
    cursor.skip(length * size);
    return { value: { length, elements: [] } };
  }
  if (!(yield* cursor.need(length * size))) return undefined;
  return { value: { length, elements: Array.from({ length }, () => scalar(cursor, type)) } };
}

function* takeStrings(cursor: Cursor, length: number): Reader<GgufArray | undefined> {
  const elements: string[] = [];
  const kept = Math.min(length, ggufLimits.keptStrings);
  while (elements.length < kept) {
    const string = yield* takeString(cursor, ggufLimits.keptElement);
    if (string === undefined) return undefined;
    elements.push(string.text ?? "");
  }
  for (let left = length - kept; left > 0;) {
    if (!(yield* cursor.need(8))) return undefined;
    const passed = passStrings(cursor, left);
    if (passed === undefined) return undefined;
    left -= passed;
  }
  return { length, elements };
}

/** Passes over the strings that begin in sight, at most `count`; how many these were. The loop most of a header goes by. */
function passStrings(cursor: Cursor, count: number): number | undefined {
  const { view, at: begin } = cursor.view();
  const little = cursor.littleEndian;
  const [low, high] = little ? [0, 4] : [4, 0];
  const last = view.byteLength - 8;
  let at = begin;
  let passed = 0;
  while (passed < count && at <= last) {
    const length = view.getUint32(at + low, little);
    if (view.getUint32(at + high, little) !== 0 || length > ggufLimits.stringLength)
      return cursor.fail("A string is impossibly long.");
    at += 8 + length;
    passed += 1;
  }
  cursor.skip(at - begin);
  return passed;
}

function scalar(cursor: Cursor, type: number): number | boolean {
  const { view, at } = cursor.view();
  const little = cursor.littleEndian;
  cursor.skip(SIZES[type] ?? 0);
  switch (type) {
    case 0:
      return view.getUint8(at);
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getUint16(at, little);
    case 3:
      return view.getInt16(at, little);
    case 4:
      return view.getUint32(at, little);
    case 5:
      return view.getInt32(at, little);
    case 6:
      return view.getFloat32(at, little);
    case 7:
      return view.getUint8(at) !== 0;
    // Above 2^53 the last digits are lost; nothing that is asked of a header is so large.
    case 10:
      return Number(view.getBigUint64(at, little));
    case 11:
      return Number(view.getBigInt64(at, little));
    default:
      return view.getFloat64(at, little);
  }
}
