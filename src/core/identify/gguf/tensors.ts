import type { Reader } from "../reader.ts";
import type { TensorTotals } from "../tensor-totals.ts";
import type { Cursor } from "./cursor.ts";
import { ggmlType } from "./ggml-types.ts";
import { ggufLimits } from "./limits.ts";
import { takeString } from "./value.ts";

/** What is read of a tensor table: sums, no list. */
export interface GgufTensors extends TensorTotals {
  readonly count: number;
  /** Rows of the token embedding. */
  readonly vocabulary: number;
  /** First words of the tensors' names, at most 64: `blk`, `v`, `token_embd`. */
  readonly roots: readonly string[];
  /** Numbers of types that are unknown; their tensors are in `parameters`, not in any bytes. */
  readonly unknownTypes: readonly number[];
  /** Where the last tensor ends, from the begin of the data. */
  readonly dataLength: number;
}

interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly type: number;
  readonly offset: number;
}

/** Routed experts: stacked, as `blk.0.ffn_up_exps.weight`, or one by one, as files of 2023 have `blk.0.ffn_up.7.weight`. */
const EXPERT = /\.ffn_(?:[a-z_]*exps\b|(?:gate|up|down)\.\d+\.)/;
/** llama.cpp keeps these on the CPU: layer "input" of llm_tensor_info. */
const INPUT = /^(?:token_embd|per_layer_token_embd|token_types|position_embd)\./;

/** Undefined: stopped. */
export function* takeTensors(cursor: Cursor, count: number): Reader<GgufTensors | undefined> {
  const totals = createTotals();
  for (let index = 0; index < count; index += 1) {
    const tensor = yield* takeTensor(cursor);
    if (tensor === undefined) return undefined;
    const elements = tensor.dimensions.reduce((product, size) => product * size, 1);
    if (elements > Number.MAX_SAFE_INTEGER) return cursor.fail(`The tensor ${tensor.name} is impossibly large.`);
    if (totals.add(tensor, elements) > Number.MAX_SAFE_INTEGER) return cursor.fail("Its tensors are impossibly large.");
  }
  return totals.end(count);
}

function* takeTensor(cursor: Cursor): Reader<Tensor | undefined> {
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
  return offset === undefined ? undefined : { name: name.text, dimensions, type, offset };
}

interface Totals {
  /** Bytes and parameters until now, whichever is more. */
  add(tensor: Tensor, elements: number): number;
  end(count: number): GgufTensors;
}

function createTotals(): Totals {
  const sums = { parameters: 0, expertParameters: 0, total: 0, input: 0, embedding: 0, dataLength: 0, vocabulary: 0 };
  const [layers, experts]: [number[], number[]] = [[], []];
  const types: Record<string, number> = {};
  const [roots, unknownTypes] = [new Set<string>(), new Set<number>()];
  let head = false;
  return {
    add: ({ name, dimensions, type, offset }, elements) => {
      const dot = name.indexOf(".");
      if (roots.size < 64) roots.add(dot < 0 ? name : name.slice(0, dot));
      const layer = layerOf(name);
      const expert = layer !== undefined && EXPERT.test(name);
      sums.parameters += elements;
      if (expert) sums.expertParameters += elements;
      if (name === "token_embd.weight") sums.vocabulary = dimensions[1] ?? 0;
      if (name === "output.weight") head = true;
      const known = ggmlType(type);
      if (known === undefined) {
        unknownTypes.add(type);
        return sums.parameters;
      }
      const row = dimensions[0] ?? 1;
      const bytes = row === 0 ? 0 : (elements / row) * Math.ceil(row / known.block) * known.size;
      sums.total += bytes;
      sums.dataLength = Math.max(sums.dataLength, offset + bytes);
      // Embedding, head and norms say little of how a model is quantized: they often are of a type of their own.
      if (layer !== undefined && dimensions.length > 1) types[known.name] = (types[known.name] ?? 0) + elements;
      if (INPUT.test(name)) sums.input += bytes;
      if (name === "token_embd.weight") sums.embedding += bytes;
      if (layer !== undefined) {
        while (layers.length <= layer) {
          layers.push(0);
          experts.push(0);
        }
        layers[layer] = (layers[layer] ?? 0) + bytes;
        if (expert) experts[layer] = (experts[layer] ?? 0) + bytes;
      }
      return Math.max(sums.parameters, sums.dataLength, sums.total);
    },
    end: (count) => {
      const inLayers = layers.reduce((sum, bytes) => sum + bytes, 0);
      const { total, input, embedding, ...rest } = sums;
      const output = total - inLayers - input;
      const weights = { total, layers, experts, input, ...(embedding !== input && { embedding }), output };
      const known = Array.from(unknownTypes).toSorted((one, other) => one - other);
      return {
        ...rest,
        count,
        types,
        head,
        roots: Array.from(roots),
        unknownTypes: known,
        ...(known.length === 0 && { weights }),
      };
    },
  };
}

function layerOf(name: string): number | undefined {
  if (!name.startsWith("blk.")) return undefined;
  const layer = Number(name.slice(4, Math.max(4, name.indexOf(".", 4))));
  return Number.isInteger(layer) && layer >= 0 && layer < ggufLimits.layers ? layer : undefined;
}
