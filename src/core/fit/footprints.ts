import * as v from "valibot";
import type { Clock } from "../ports/clock.ts";
import type { Registry } from "../registry/registry.ts";
import { json } from "../registry/columns.ts";
import { type Footprint, cacheTypes } from "./fit.ts";

/** What loads of models were seen to take, kept in the registry. */
export interface Footprints {
  /** One that was loaded the same way before makes way for it. */
  record(footprint: Omit<Footprint, "at">): Promise<void>;
  /** Newest first, at most 64. @param model as `modelKey` names it */
  of(model: string): Promise<readonly Footprint[]>;
}

const size = v.pipe(v.number(), v.minValue(0));
const stored: v.GenericSchema<unknown, Footprint> = v.object({
  model: v.string(),
  build: v.string(),
  device: v.string(),
  context: v.pipe(v.number(), v.minValue(1)),
  slots: size,
  microBatch: size,
  keyType: v.picklist(cacheTypes),
  valueType: v.picklist(cacheTypes),
  flashAttention: v.boolean(),
  gpuLayers: size,
  weights: v.exactOptional(size),
  kvCache: v.exactOptional(size),
  compute: v.exactOptional(size),
  deviceDelta: v.exactOptional(size),
  at: v.string(),
});

export function createFootprints({
  registry,
  clock,
}: {
  readonly registry: Pick<Registry, "commit" | "query">;
  readonly clock: Pick<Clock, "wall">;
}): Footprints {
  return {
    record: async (footprint) => {
      const body: Footprint = { ...footprint, at: new Date(clock.wall()).toISOString() };
      const key = keyOf(body);
      const row = { key, model: body.model, at: body.at, body_json: JSON.stringify(body) };
      await registry.commit([{ table: "footprints", key, after: row }]);
    },
    of: async (model) => {
      const rows = await registry.query(
        "SELECT body_json FROM footprints WHERE model = ? ORDER BY at DESC, key LIMIT 64",
        [model],
      );
      return rows.flatMap((row) => {
        const read = v.safeParse(stored, json(row, "body_json"));
        return read.success ? [read.output] : [];
      });
    },
  };
}

const keyOf = (one: Footprint): string =>
  [
    one.model,
    one.build,
    one.device,
    one.context,
    one.slots,
    one.microBatch,
    one.keyType,
    one.valueType,
    one.flashAttention ? "fa" : "",
    one.gpuLayers,
  ].join("|");
