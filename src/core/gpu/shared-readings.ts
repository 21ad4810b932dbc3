import type { Clock } from "../ports/clock.ts";
import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { Millis } from "../util/ids.ts";

/** One probe for all who ask: what one of them reads, the others need not read again. */
export interface SharedReadings {
  readonly gpu: GpuProbe;
  /** Answers again what was read less than `age` ago: a list of models asks for each of them, and a probe is a process. */
  lately(age: Millis): GpuProbe;
}

export function sharedReadings(gpu: GpuProbe, clock: Pick<Clock, "now">): SharedReadings {
  let last: { readonly at: number; readonly facts: readonly GpuFacts[] } | undefined;
  const noted = async (reading: Promise<readonly GpuFacts[]>): Promise<readonly GpuFacts[]> => {
    const facts = await reading;
    last = { at: clock.now(), facts };
    return facts;
  };
  const shared: GpuProbe = {
    read: (signal) => noted(gpu.read(signal)),
    now: (signal) => noted(gpu.now?.(signal) ?? gpu.read(signal)),
  };
  return {
    gpu: shared,
    lately: (age) => ({
      read: async (signal) => (last !== undefined && clock.now() - last.at < age ? last.facts : shared.read(signal)),
    }),
  };
}
