import { type Millis, millis } from "../util/ids.ts";

/** How often an owner gives a sign of life, which wakes each window that follows. */
export const SIGN = millis(2000);
/** How often a window that misses it counts. */
export const BEAT = millis(1000);
/** Beats without one, after which a window asks. */
export const QUIET = 3;
/** So many beats without one, and the owner is taken for frozen. */
const MISSED = 4;

/** Tells a frozen owner from a time in which we ourselves slept, or had no turn. */
export interface Pulse {
  /** At each beat of our own. @param now monotonic */
  beat(now: Millis): "alive" | "lost";
}

/** @param missed beats that were missed before */
export function createPulse(start: Millis, missed = 0): Pulse {
  let last = start;
  return {
    beat: (now) => {
      const gap = now - last;
      last = now;
      // Who could not beat could not hear either: the count begins anew.
      missed = gap > 3 * BEAT ? 0 : missed + 1;
      return missed > MISSED ? "lost" : "alive";
    },
  };
}
