import type { Clock } from "../ports/clock.ts";
import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import type { Millis } from "../util/ids.ts";

/** Answers again what was read less than `age` ago: a list of models asks for each of them, and a probe is a process. */
export function lately(gpu: GpuProbe, clock: Pick<Clock, "now">, age: Millis): GpuProbe {
  let last: { readonly at: number; readonly facts: readonly GpuFacts[] } | undefined;
  return {
    read: async (signal) => {
      if (last !== undefined && clock.now() - last.at < age) return last.facts;
      const facts = await gpu.read(signal);
      last = { at: clock.now(), facts };
      return facts;
    },
  };
}
