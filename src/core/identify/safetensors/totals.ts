import type { TensorTotals } from "../tensor-totals.ts";
import { countingOf } from "./packed.ts";
import type { RoledTensor } from "./tensor-role.ts";

export function totalsOf(tensors: readonly RoledTensor[]): TensorTotals {
  const count = countingOf(tensors.map(({ tensor }) => tensor));
  const types: Record<string, number> = {};
  let parameters = 0;
  let expertParameters = 0;
  const layers: number[] = [];
  const experts: number[] = [];
  let input = 0;
  let output = 0;
  let total = 0;
  for (const { tensor, role, layer } of tensors) {
    const { type, parameters: own } = count(tensor, role.auxiliary);
    total += tensor.bytes;
    parameters += own;
    if (role.expert) expertParameters += own;
    // Norms and biases are kept wide whatever the weights are.
    if (tensor.shape.length > 1 && own > 0) types[type] = (types[type] ?? 0) + own;
    if (role.place === "input") input += tensor.bytes;
    else if (role.place === "output") output += tensor.bytes;
    else {
      grow(layers, layer);
      grow(experts, layer);
      layers[layer] = (layers[layer] ?? 0) + tensor.bytes;
      if (role.expert) experts[layer] = (experts[layer] ?? 0) + tensor.bytes;
    }
  }
  return {
    parameters,
    expertParameters,
    types,
    head: tensors.some(({ role }) => role.head),
    weights: { total, layers, experts, input, output },
  };
}

function grow(list: number[], index: number): void {
  while (list.length <= index) list.push(0);
}

/** The type that most parameters have. */
export const mostOf = (types: TensorTotals["types"]): string | undefined =>
  Object.entries(types).sort(([, a], [, b]) => b - a)[0]?.[0];
