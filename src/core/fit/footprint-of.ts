import type { GpuFacts } from "../ports/gpu.ts";
import type { Footprint, LoadAsk } from "./fit.ts";
import { loadOf } from "./load.ts";
import { type LoadLog, isHostDevice } from "./parse-load-log.ts";

/** What is known of a load beside its log. */
export interface LoadFacts {
  readonly model: string;
  readonly build: string;
  /** How it was asked for; what the log says counts more. */
  readonly ask: LoadAsk;
  /** Tokens over all slots, and slots, as the server says. */
  readonly context?: number | undefined;
  readonly slots?: number | undefined;
  readonly before: readonly GpuFacts[];
  readonly after: readonly GpuFacts[];
}

/** Less is another program's doing. */
const NOTICEABLE = 64 * 2 ** 20;

/** undefined where neither the log nor a GPU tells anything. */
export function footprintOf(log: LoadLog, facts: LoadFacts): Omit<Footprint, "at"> | undefined {
  const { ask } = facts;
  const context = log.context ?? facts.context ?? ask.context;
  if (context === undefined || context <= 0) return undefined;
  const gpus = Object.keys(log.devices).filter((device) => !isHostDevice(device));
  const grown = growth(facts.before, facts.after);
  const onGpu = gpus.length > 0 || grown.length > 0;
  const told = Object.entries(log.devices).filter(([device]) => isHostDevice(device) !== onGpu);
  if (told.length === 0 && grown.length === 0) return undefined;
  const sum = (of: "weights" | "kvCache" | "compute"): number =>
    Math.round(told.reduce((all, [, buffers]) => all + buffers[of], 0));
  const load = loadOf({ architecture: "" }, ask);
  const [only] = grown;
  const delta = grown.reduce((all, one) => all + one.bytes, 0);
  const all = ask.gpuLayers ?? Number.MAX_SAFE_INTEGER;
  return {
    model: facts.model,
    build: facts.build,
    device: !onGpu ? "cpu" : only && grown.length === 1 && gpus.length <= 1 ? only.uuid : "gpus",
    context,
    slots: log.slots ?? facts.slots ?? load.slots,
    microBatch: log.microBatch ?? load.microBatch,
    keyType: log.keyType ?? load.keyType,
    valueType: log.valueType ?? load.valueType,
    flashAttention: log.flashAttention ?? load.flashAttention,
    gpuLayers: onGpu ? (log.offloaded?.layers ?? all) : 0,
    ...(told.length > 0 ? { weights: sum("weights"), kvCache: sum("kvCache"), compute: sum("compute") } : {}),
    ...(onGpu && delta > 0 ? { deviceDelta: delta } : {}),
  };
}

function growth(
  before: readonly GpuFacts[],
  after: readonly GpuFacts[],
): readonly { readonly uuid: string; readonly bytes: number }[] {
  return after.flatMap(({ uuid, memoryUsed }) => {
    const earlier = before.find((one) => one.uuid === uuid);
    const bytes = earlier ? memoryUsed - earlier.memoryUsed : 0;
    return bytes >= NOTICEABLE ? [{ uuid, bytes }] : [];
  });
}
