import { createNameShapes } from "../name-shapes.ts";
import type { Reader } from "../reader.ts";
import type { Cursor } from "./cursor.ts";
import { ggufLimits } from "./limits.ts";
import { takeKnown } from "./take-known.ts";
import { tensorName } from "./tensor-name.ts";
import { type GgufTensors, type TensorSums, createTensorSums } from "./tensor-sums.ts";
import { takeString } from "./value.ts";

const shapes = createNameShapes(tensorName);

/** Undefined: stopped. */
export const takeTensors = (cursor: Cursor, count: number): Reader<GgufTensors | undefined> =>
  takeKnown(cursor, cursor.known?.tensors, count, () => readTensors(cursor, count));

function* readTensors(cursor: Cursor, count: number): Reader<GgufTensors | undefined> {
  const sums = createTensorSums();
  shapes.begin();
  for (let left = count; left > 0;) {
    left -= passTensors(cursor, left, sums);
    if (left === 0) break;
    // One that is not as all are, or that goes on beyond what is in sight.
    if (!(yield* takeTensor(cursor, sums))) return undefined;
    left -= 1;
  }
  return sums.end(count);
}

/** Bytes of what stands around a name: its length, how many dimensions, type and offset. */
const AROUND = 8 + 4 + 12;

/** Adds the tensors that are in sight, as far as there is nothing odd about them; how many these were. */
function passTensors(cursor: Cursor, most: number, sums: TensorSums): number {
  if (!cursor.littleEndian) return 0;
  const { view, at: begin } = cursor.view();
  const size = view.byteLength;
  let at = begin;
  let passed = 0;
  for (; passed < most && at + AROUND <= size; passed += 1) {
    const length = view.getUint32(at, true);
    const after = at + 8 + length;
    if (view.getUint32(at + 4, true) !== 0 || length > ggufLimits.nameLength || after + AROUND - 8 > size) break;
    const rank = view.getUint32(after, true);
    const tail = after + 4 + 8 * rank;
    if (rank > ggufLimits.dimensions || tail + 12 > size) break;
    const shape = shapes.look(view, at + 8, after);
    const row = rank > 0 ? small(view, after + 4) : 1;
    const columns = rank > 1 ? small(view, after + 12) : 1;
    const elements =
      row * columns * (rank > 2 ? small(view, after + 20) : 1) * (rank > 3 ? small(view, after + 28) : 1);
    const offset = small(view, tail + 4);
    if (shape === undefined || !(elements + offset <= Number.MAX_SAFE_INTEGER)) break;
    const tensor = { is: shape.facts, layer: shapes.told.first, rank, row, columns, elements, offset };
    if (sums.add(tensor, view.getUint32(tail, true)) > Number.MAX_SAFE_INTEGER) break;
    at = tail + 12;
  }
  cursor.skip(at - begin);
  return passed;
}

/** Above 2^53 no number. */
function small(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high < 0x20_0000 ? high * 0x1_0000_0000 + view.getUint32(at, true) : Number.NaN;
}

function* takeTensor(cursor: Cursor, sums: TensorSums): Reader<true | undefined> {
  const name = yield* takeString(cursor, ggufLimits.nameLength);
  if (name === undefined) return undefined;
  if (name.text === undefined) return cursor.fail("The name of a tensor is too long.");
  if (!(yield* cursor.need(4))) return undefined;
  const rank = cursor.u32();
  if (rank > ggufLimits.dimensions) return cursor.fail(`The tensor ${name.text} has ${rank} dimensions.`);
  if (!(yield* cursor.need(8 * rank + 12))) return undefined;
  const dimensions: number[] = [];
  while (dimensions.length < rank) {
    const size = cursor.u64("A tensor");
    if (size === undefined) return undefined;
    dimensions.push(size);
  }
  const type = cursor.u32();
  const offset = cursor.u64("The offset of a tensor");
  if (offset === undefined) return undefined;
  const elements = dimensions.reduce((product, size) => product * size, 1);
  if (elements > Number.MAX_SAFE_INTEGER) return cursor.fail(`The tensor ${name.text} is impossibly large.`);
  const [row = 1, columns = 0] = dimensions;
  const layer = Number(LAYER.exec(name.text)?.[1]);
  const tensor = { is: tensorName(name.text), layer, rank, row, columns, elements, offset };
  return sums.add(tensor, type) > Number.MAX_SAFE_INTEGER ? cursor.fail("Its tensors are impossibly large.") : true;
}

const LAYER = /^blk\.(\d+)\./;
