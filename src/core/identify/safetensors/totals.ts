import type { TensorTotals } from "../tensor-totals.ts";
import type { Tensor } from "./header.ts";
import { countingOf } from "./packed.ts";
import { isExpert, isHead, placeOf } from "./tensor-role.ts";

export function totalsOf(tensors: readonly Tensor[]): TensorTotals {
  const count = countingOf(tensors);
  const types: Record<string, number> = {};
  let parameters = 0;
  let expertParameters = 0;
  const layers: number[] = [];
  const experts: number[] = [];
  let input = 0;
  let output = 0;
  for (const tensor of tensors) {
    const { type, parameters: own } = count(tensor);
    parameters += own;
    if (isExpert(tensor.name)) expertParameters += own;
    // Norms and biases are kept wide whatever the weights are.
    if (tensor.shape.length > 1 && own > 0) types[type] = (types[type] ?? 0) + own;
    const place = placeOf(tensor.name);
    if (place === "input") input += tensor.bytes;
    else if (place === "output") output += tensor.bytes;
    else {
      grow(layers, place.layer);
      grow(experts, place.layer);
      layers[place.layer] = (layers[place.layer] ?? 0) + tensor.bytes;
      if (place.expert) experts[place.layer] = (experts[place.layer] ?? 0) + tensor.bytes;
    }
  }
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    parameters,
    expertParameters,
    types,
    head: tensors.some(({ name }) => isHead(name)),
    weights: { total, layers, experts, input, output },
  };
}

function grow(list: number[], index: number): void {
  while (list.length <= index) list.push(0);
}

/** The type that most parameters have. */
export const mostOf = (types: TensorTotals["types"]): string | undefined =>
  Object.entries(types).sort(([, a], [, b]) => b - a)[0]?.[0];
