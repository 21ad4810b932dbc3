import type { TensorTotals } from "../tensor-totals.ts";
import { countingOf } from "./packed.ts";
import type { Role, RoledTensor } from "./tensor-role.ts";

export interface Totalled {
  readonly role: Role;
  /** Meaningful for those in layers. */
  readonly layer: number;
  readonly bytes: number;
  readonly rank: number;
  /** As people write the type, and how many of it. */
  readonly type: string;
  readonly parameters: number;
}

export interface Totals {
  add(tensor: Totalled): void;
  end(): TensorTotals;
}

export function createTotals(): Totals {
  const types: Record<string, number> = {};
  const [layers, experts]: [number[], number[]] = [[], []];
  const sums = { parameters: 0, expertParameters: 0, total: 0, input: 0, output: 0 };
  let head = false;
  return {
    add: ({ role, layer, bytes, rank, type, parameters }) => {
      sums.total += bytes;
      sums.parameters += parameters;
      if (role.expert) sums.expertParameters += parameters;
      head ||= role.head;
      // Norms and biases are kept wide whatever the weights are.
      if (rank > 1 && parameters > 0) types[type] = (types[type] ?? 0) + parameters;
      if (role.place === "input") sums.input += bytes;
      else if (role.place === "output") sums.output += bytes;
      else {
        grow(layers, layer);
        grow(experts, layer);
        layers[layer] = (layers[layer] ?? 0) + bytes;
        if (role.expert) experts[layer] = (experts[layer] ?? 0) + bytes;
      }
    },
    end: () => {
      const { parameters, expertParameters, total, input, output } = sums;
      return { parameters, expertParameters, types, head, weights: { total, layers, experts, input, output } };
    },
  };
}

export function totalsOf(tensors: readonly RoledTensor[]): TensorTotals {
  const count = countingOf(tensors.map(({ tensor }) => tensor));
  const totals = createTotals();
  for (const { tensor, role, layer } of tensors) {
    const { bytes, shape } = tensor;
    totals.add({ role, layer, bytes, rank: shape.length, ...count(tensor, role.auxiliary) });
  }
  return totals.end();
}

function grow(list: number[], index: number): void {
  while (list.length <= index) list.push(0);
}

/** The type that most parameters have. */
export const mostOf = (types: TensorTotals["types"]): string | undefined =>
  Object.entries(types).sort(([, a], [, b]) => b - a)[0]?.[0];
