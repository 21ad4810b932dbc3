import type { Clock } from "../ports/clock.ts";
import { millis } from "../util/ids.ts";

/** Work that must stay on the loop gives it to others in between: a scan has a hundred thousand rows. */
export interface Breath {
  /** Held for long enough by now. */
  isDue(): boolean;
  take(): Promise<void>;
}

/** Milliseconds that others may have to wait. */
const HELD = 8;

export function createBreath(clock: Pick<Clock, "now" | "sleep">): Breath {
  let last = clock.now();
  const never = new AbortController().signal;
  return {
    isDue: () => clock.now() - last >= HELD,
    take: async () => {
      await clock.sleep(millis(0), never);
      last = clock.now();
    },
  };
}
