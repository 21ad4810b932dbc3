import type { KnownHeaders } from "../known-headers.ts";
import type { Malformed, Reader } from "../reader.ts";
import { type Cursor, createCursor } from "./cursor.ts";
import { ggufLimits } from "./limits.ts";
import type { GgufTensors } from "./tensor-sums.ts";
import { takeTensors } from "./tensors.ts";
import { type GgufValue, takeString, takeValue } from "./value.ts";

export interface GgufHeader {
  readonly version: 2 | 3;
  readonly littleEndian: boolean;
  readonly tensorCount: number;
  /** Without those that are too long to be kept. */
  readonly values: ReadonlyMap<string, GgufValue>;
  /** Absent where the table was not read to its end. */
  readonly tensors?: GgufTensors;
  /** What the file takes to hold all its tensors, in bytes. Absent where that is unknown. */
  readonly fileLength?: number;
  /** The file, or what may be asked of it, ended within the header: what comes after is unknown. */
  readonly truncated: boolean;
}

/** `GGUF` read as a little-endian number. */
const MAGIC = 0x46554747;
const ENDED = "The file ends within its header. Download it again.";

/**
 * Reads the header of a GGUF file, both endians, versions 2 and 3. A file that ends within the header is malformed,
 * unless the tokenizer was reached: everything that tells what the model is stands before it.
 * @param budget bytes that may be asked for in all; where they do not reach, what was read until then is the header
 * @param known of files that were read before; it takes what is new
 */
export function* readGguf({
  budget = Infinity,
  known,
}: { budget?: number; known?: KnownHeaders | undefined } = {}): Reader<GgufHeader | Malformed> {
  const cursor = createCursor(budget, known);
  if (!(yield* cursor.need(4)) || cursor.u32() !== MAGIC) return { malformed: "This is no GGUF file." };
  const start = yield* takeStart(cursor);
  if (start === undefined) return reasonOf(cursor);
  const values = new Map<string, GgufValue>();
  const reached = yield* takeKeys(cursor, start.keyCount, values);
  const tensors = reached === "all" ? yield* takeTensors(cursor, start.tensorCount) : undefined;
  const truncated = tensors === undefined;
  const partly = reached === "some" ? cursor.stopped === "budget" && values.size > 0 : true;
  if (truncated && (typeof cursor.stopped === "object" || !partly)) return reasonOf(cursor);
  return {
    version: start.version,
    littleEndian: cursor.littleEndian,
    tensorCount: start.tensorCount,
    values,
    truncated,
    ...(tensors && { tensors }),
    ...(tensors?.unknownTypes.length === 0 && { fileLength: fileLength(cursor.position(), tensors, values) }),
  };
}

const reasonOf = ({ stopped }: Cursor): Malformed =>
  typeof stopped === "object" ? stopped : { malformed: stopped === "budget" ? "Its header is too long." : ENDED };

function* takeStart(
  cursor: Cursor,
): Reader<{ readonly version: 2 | 3; readonly tensorCount: number; readonly keyCount: number } | undefined> {
  if (!(yield* cursor.need(20))) return undefined;
  const written = cursor.u32();
  // No field says which end comes first; a version is a small number either way round.
  cursor.littleEndian = (written & 0xffff) !== 0;
  const version = cursor.littleEndian ? written : written >>> 24;
  if (version === 1)
    return cursor.fail("This is GGUF of version 1, which llama.cpp gave up in 2023. Convert it again.");
  if (version !== 2 && version !== 3) return cursor.fail(`This is GGUF of a version that is unknown (${version}).`);
  const tensorCount = cursor.u64("The number of tensors");
  const keyCount = cursor.u64("The number of keys");
  if (tensorCount === undefined || keyCount === undefined) return undefined;
  if (tensorCount > ggufLimits.tensors || keyCount > ggufLimits.keys)
    return cursor.fail(`It claims ${tensorCount} tensors and ${keyCount} keys, which no model has.`);
  return { version, tensorCount, keyCount };
}

/** How far it came: to the end, into the tokenizer, or less. The first of two keys of one name holds, as in ggml. */
function* takeKeys(
  cursor: Cursor,
  count: number,
  values: Map<string, GgufValue>,
): Reader<"all" | "tokenizer" | "some"> {
  let reached: "tokenizer" | "some" = "some";
  let kept = 0;
  for (let index = 0; index < count; index += 1) {
    const key = yield* takeString(cursor, ggufLimits.keyLength);
    if (key?.text === undefined) {
      if (key) cursor.fail("A key is too long.");
      return reached;
    }
    if (key.text.startsWith("tokenizer.")) reached = "tokenizer";
    if (!(yield* cursor.need(4))) return reached;
    const taken = yield* takeValue(cursor, cursor.u32());
    if (taken === undefined) return reached;
    if (taken.value === undefined || values.has(key.text)) continue;
    kept += key.length + sizeOf(taken.value);
    if (kept > ggufLimits.kept) {
      cursor.fail("Its keys hold more than any model's.");
      return reached;
    }
    values.set(key.text, taken.value);
  }
  return "all";
}

/** About what a value takes in memory. */
function sizeOf(value: GgufValue): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object") return 8;
  return value.elements.reduce<number>((sum, element) => sum + sizeOf(element), 64);
}

function fileLength(
  headerLength: number,
  { dataLength, count }: GgufTensors,
  values: ReadonlyMap<string, GgufValue>,
): number {
  if (count === 0) return headerLength;
  const wanted = values.get("general.alignment");
  const alignment = Number.isInteger(wanted) && typeof wanted === "number" && wanted > 0 ? wanted : 32;
  return Math.ceil(headerLength / alignment) * alignment + dataLength;
}
