import * as v from "valibot";
import type { ModelShape } from "../identify/shape.ts";

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const counts = v.array(count);
const shape: v.GenericSchema<unknown, ModelShape> = v.object({
  architecture: v.string(),
  context: v.exactOptional(count),
  layers: v.exactOptional(v.pipe(count, v.integer(), v.maxValue(10_000))),
  embedding: v.exactOptional(count),
  vocabulary: v.exactOptional(count),
  heads: v.exactOptional(count),
  kvHeads: v.exactOptional(v.union([count, counts])),
  keyLength: v.exactOptional(count),
  valueLength: v.exactOptional(count),
  latent: v.exactOptional(v.boolean()),
  slidingWindow: v.exactOptional(
    v.object({
      tokens: count,
      layers: v.array(v.boolean()),
      keyLength: v.exactOptional(count),
      valueLength: v.exactOptional(count),
    }),
  ),
  recurrent: v.exactOptional(
    v.object({
      layers: v.array(v.boolean()),
      convKernel: count,
      innerSize: count,
      groups: count,
      stateSize: count,
    }),
  ),
  experts: v.exactOptional(v.object({ count, used: count })),
  weights: v.exactOptional(
    v.object({
      total: count,
      layers: counts,
      experts: counts,
      input: count,
      embedding: v.exactOptional(count),
      output: count,
    }),
  ),
  tied: v.exactOptional(v.boolean()),
});

/** A row of `shapes`; undefined where it is none. */
export function readShape(stored: unknown): ModelShape | undefined {
  const read = v.safeParse(shape, stored);
  return read.success ? read.output : undefined;
}
