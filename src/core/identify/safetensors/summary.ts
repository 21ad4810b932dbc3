import type { TensorTotals } from "../tensor-totals.ts";
import { type Tensor, elementsOf } from "./header.ts";
import { withRoles } from "./tensor-role.ts";
import { totalsOf } from "./totals.ts";

/** What is told of a file by its tensors: sums, no list. */
export interface TensorSummary {
  readonly count: number;
  /** How many are low-rank additions to another model. */
  readonly adding: number;
  readonly sees: boolean;
  readonly hears: boolean;
  /** Of a transformer over tokens. */
  readonly speaks: boolean;
  readonly totals: TensorTotals;
  /** Asked for where it is no model of texts; they last until the reader's next question. @param most of them, from the first */
  names(most: number): readonly string[];
  /** Last dimension of the tensor; 0 where it is empty. */
  widthOf(index: number): number;
}

export interface SummarizedHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly summary: TensorSummary;
}

export function summaryOf(tensors: readonly Tensor[]): TensorSummary {
  const roled = withRoles(tensors);
  return {
    count: tensors.length,
    adding: roled.filter(({ role }) => role.adds).length,
    sees: roled.some(({ role }) => role.sees),
    hears: roled.some(({ role }) => role.hears),
    speaks: roled.some(({ role }) => role.speaks),
    totals: totalsOf(roled),
    names: (most) => tensors.slice(0, most).map(({ name }) => name),
    widthOf: (index) => {
      const tensor = tensors[index];
      return tensor && elementsOf(tensor) > 0 ? (tensor.shape.at(-1) ?? 0) : 0;
    },
  };
}
