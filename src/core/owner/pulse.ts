import { type Millis, millis } from "../util/ids.ts";

/** How often a window asks the owner for a sign of life. */
export const BEAT = millis(1000);
/** So many beats without one, and the owner is taken for frozen. */
const MISSED = 4;

/** Tells a frozen owner from a time in which we ourselves slept, or had no turn. */
export interface Pulse {
  /** A sign of life came. */
  heard(): void;
  /** At each beat of our own. @param now monotonic */
  beat(now: Millis): "alive" | "lost";
}

export function createPulse(start: Millis): Pulse {
  let last = start;
  let missed = 0;
  return {
    heard: () => void (missed = 0),
    beat: (now) => {
      const gap = now - last;
      last = now;
      // Who could not beat could not hear either: the count begins anew.
      missed = gap > 3 * BEAT ? 0 : missed + 1;
      return missed > MISSED ? "lost" : "alive";
    },
  };
}
