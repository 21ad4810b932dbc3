import type { TensorTotals } from "../tensor-totals.ts";
import { ggmlType } from "./ggml-types.ts";
import { ggufLimits } from "./limits.ts";
import type { TensorName } from "./tensor-name.ts";

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

export interface TensorSums {
  /** Bytes and parameters until now, whichever is more. @param type its number in the file */
  add(tensor: GgufTensor, type: number): number;
  end(count: number): GgufTensors;
}

export interface GgufTensor {
  readonly is: TensorName;
  /** Meaningful for those in layers. */
  readonly layer: number;
  readonly rank: number;
  /** Its first two dimensions. */
  readonly row: number;
  readonly columns: number;
  readonly elements: number;
  readonly offset: number;
}

export function createTensorSums(): TensorSums {
  const sums = { parameters: 0, expertParameters: 0, total: 0, input: 0, embedding: 0, dataLength: 0, vocabulary: 0 };
  const [layers, experts]: [number[], number[]] = [[], []];
  const types: Record<string, number> = {};
  const [roots, unknownTypes] = [new Set<string>(), new Set<number>()];
  let head = false;
  let root: string | undefined;
  return {
    add: ({ is, layer, rank, row, columns, elements, offset }, type) => {
      if (is.root !== root && roots.size < 64) roots.add((root = is.root));
      const layered = is.inLayer && layer < ggufLimits.layers;
      const expert = layered && is.expert;
      sums.parameters += elements;
      if (expert) sums.expertParameters += elements;
      if (is.embedding) sums.vocabulary = rank > 1 ? columns : 0;
      if (is.head) head = true;
      const known = ggmlType(type);
      if (known === undefined) {
        unknownTypes.add(type);
        return sums.parameters;
      }
      const bytes = row === 0 ? 0 : (elements / row) * Math.ceil(row / known.block) * known.size;
      sums.total += bytes;
      sums.dataLength = Math.max(sums.dataLength, offset + bytes);
      // Embedding, head and norms say little of how a model is quantized: they often are of a type of their own.
      if (layered && rank > 1) types[known.name] = (types[known.name] ?? 0) + elements;
      if (is.input) sums.input += bytes;
      if (is.embedding) sums.embedding += bytes;
      if (layered) {
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
