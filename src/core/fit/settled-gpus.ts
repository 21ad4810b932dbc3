import type { Clock } from "../ports/clock.ts";
import type { GpuFacts, GpuProbe } from "../ports/gpu.ts";
import { millis } from "../util/ids.ts";

const LOOK = millis(100);
/** A driver's bookkeeping moves by so much by itself. */
const NOISE = 64 * 2 ** 20;

/** As they are once what ended has given its memory back: a driver does a moment later. Who asks says how long it waits. */
export const settledGpus = (gpu: GpuProbe, clock: Pick<Clock, "sleep">): GpuProbe => ({
  read: async (signal) => {
    const now = (): Promise<readonly GpuFacts[]> => gpu.now?.(signal) ?? gpu.read(signal);
    for (let last = await now(); ;) {
      if (last.length === 0) return last;
      await clock.sleep(LOOK, signal);
      const next = await now();
      if (used(last) - used(next) <= NOISE) return next;
      last = next;
    }
  },
});

const used = (gpus: readonly GpuFacts[]): number => gpus.reduce((all, { memoryUsed }) => all + memoryUsed, 0);
