import type { ConfigQuantization } from "./config/quantization.ts";
import type { TensorTotals } from "./tensor-totals.ts";

/** What a header alone takes packed weights for. */
const GROUP = 64;
const BITS = 4;

/** Counts packed weights again by what the configuration says of their packing. */
export function packedByConfig(totals: TensorTotals, quantization: ConfigQuantization | undefined): TensorTotals {
  if (!quantization) return totals;
  const { bits, group, mlx } = quantization;
  const factor = (type: string): number => {
    if (mlx && group !== undefined && /^\d+bit$/.test(type)) return group / GROUP;
    return !mlx && bits !== undefined && bits > 0 && type === "W4A16" ? BITS / bits : 1;
  };
  const more = Object.entries(totals.types).reduce((sum, [type, count]) => sum + count * (factor(type) - 1), 0);
  if (more === 0 || totals.parameters === 0) return totals;
  const parameters = Math.round(totals.parameters + more);
  return {
    ...totals,
    parameters,
    // Experts are packed as the others are, and are most of a model that has some.
    expertParameters: Math.round((totals.expertParameters * parameters) / totals.parameters),
  };
}
