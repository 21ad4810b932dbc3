import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";
import { millis } from "../util/ids.ts";

export const nodeClock: Clock = {
  now: () => millis(performance.now()),
  wall: () => Date.now(),
  sleep: async (delay, signal) => {
    signal.throwIfAborted();
    try {
      await sleep(delay, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
