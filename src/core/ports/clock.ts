import type { Millis } from "../util/ids.ts";

export interface Clock {
  /** Monotonic, from an arbitrary start: neither sleep nor a set clock makes it jump. */
  now(): Millis;
  /** Milliseconds since 1970, for people and files; never for measuring. */
  wall(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(delay: Millis, signal: AbortSignal): Promise<void>;
}
