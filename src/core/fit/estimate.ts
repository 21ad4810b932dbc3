import type { ModelShape } from "../identify/shape.ts";
import type { MemoryNeed } from "../protocol/fit.ts";
import type { EstimateNeed, Footprint, LoadAsk } from "./fit.ts";
import { learnedNeed } from "./learned.ts";
import { loadOf } from "./load.ts";
import { type Parts, type Side, splitNeed } from "./split-need.ts";

const MIB = 2 ** 20;
/** What a process has on a GPU beside its buffers: 300 to 600 MiB by card and driver. */
const DRIVER = 450 * MIB;
const DRIVER_SPREAD = 150 * MIB;

/** Of the side the model is on: the GPU, unless it is asked for without one. */
export const estimateNeed: EstimateNeed = (shape, ask, seen) =>
  needOn(ask.gpuLayers === 0 ? "host" : "gpu", shape, ask, seen);

/** @param devices over so many GPUs: each has the driver's own and a compute buffer */
export function needOn(
  side: Side,
  shape: ModelShape,
  ask: LoadAsk,
  seen: readonly Footprint[],
  devices = 1,
): MemoryNeed {
  const load = loadOf(shape, side === "host" ? { ...ask, gpuLayers: 0 } : ask);
  const counted = splitNeed(shape, load);
  const learned = learnedNeed(shape, load, side, seen);
  const part = (name: keyof Parts): number => learned?.[name] ?? counted[side][name];
  const [weights, kvCache, compute] = [part("weights"), part("kvCache"), part("compute") * devices];
  // What a device was seen to give beside the buffers has the projector in it.
  const usual = (side === "gpu" ? DRIVER * devices : 0) + load.companions;
  const other = Math.round(learned?.driver === undefined ? usual : learned.driver * devices);
  const total = weights + kvCache + compute + other;
  const parts = ["weights", "kvCache", "compute"] as const;
  const unknown = [...new Set(parts.flatMap((name) => (learned?.[name] === undefined ? counted.unknown[name] : [])))];
  const spread = side === "gpu" && learned?.driver === undefined ? (DRIVER_SPREAD * devices) / total : 0;
  const base = learned ? (learned.sameContext ? 0.02 : 0.04) : 0.06;
  return {
    context: load.context,
    weights,
    kvCache,
    compute,
    other,
    total,
    basis: learned ? "measured" : "estimated",
    uncertainty: Math.min(1, base + spread + unknown.length * 0.1),
    unknown,
  };
}
