import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";
import { millis } from "../util/ids.ts";

/** Milliseconds: a timer that is set to more is over at once. */
const LONGEST = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => millis(performance.now()),
  wall: () => Date.now(),
  sleep: async (delay, signal) => {
    signal.throwIfAborted();
    try {
      let left: number = delay;
      for (; left > LONGEST; left -= LONGEST) await sleep(LONGEST, undefined, { signal });
      await sleep(left, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
