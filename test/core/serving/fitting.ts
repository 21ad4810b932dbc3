import type { Fit, FitVerdict } from "../../../src/core/protocol/fit.ts";

const GIB = 2 ** 30;

/** Of a model that wants nine GiB, on a card of eight. */
export const fitting = (verdict: FitVerdict): Fit => ({
  device: "GPU-1",
  name: "Small GPU",
  memoryTotal: 8 * GIB,
  memoryFree: 8 * GIB,
  verdict,
  need: {
    context: 32_768,
    weights: 8 * GIB,
    kvCache: GIB,
    compute: 0,
    other: 0,
    total: 9 * GIB,
    basis: "estimated",
    uncertainty: 0.1,
    unknown: [],
  },
});
