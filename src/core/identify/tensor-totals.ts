import type { WeightBytes } from "./shape.ts";

/** Sums over the tensors of one file, small enough to keep; those of the parts of a split model add up. */
export interface TensorTotals {
  readonly parameters: number;
  /** Of `parameters`, those of routed experts. */
  readonly expertParameters: number;
  /** Parameters of the layers' matrices by type, as `Q4_K`. */
  readonly types: Readonly<Record<string, number>>;
  /** It has an output head of its own, else the token embedding serves as one. */
  readonly head: boolean;
  /** Absent where a type is unknown. */
  readonly weights?: WeightBytes;
}

export function addTotals(one: TensorTotals, other: TensorTotals): TensorTotals {
  const types: Record<string, number> = { ...one.types };
  for (const [type, count] of Object.entries(other.types)) types[type] = (types[type] ?? 0) + count;
  return {
    parameters: one.parameters + other.parameters,
    expertParameters: one.expertParameters + other.expertParameters,
    types,
    head: one.head || other.head,
    ...(one.weights && other.weights && { weights: addWeights(one.weights, other.weights) }),
  };
}

function addWeights(one: WeightBytes, other: WeightBytes): WeightBytes {
  const embedding = (one.embedding ?? one.input) + (other.embedding ?? other.input);
  const input = one.input + other.input;
  return {
    total: one.total + other.total,
    layers: addLayers(one.layers, other.layers),
    experts: addLayers(one.experts, other.experts),
    input,
    ...(embedding !== input && { embedding }),
    output: one.output + other.output,
  };
}

const addLayers = (one: readonly number[], other: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, layer) => (one[layer] ?? 0) + (other[layer] ?? 0));
