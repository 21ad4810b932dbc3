import type { Clock } from "../../ports/clock.ts";
import { millis } from "../../util/ids.ts";

/** One limit for all connections together. */
export interface TokenBucket {
  /** From now on, also for those that wait; undefined: none. */
  limit(bytesPerSecond: number | undefined): void;
  current(): number | undefined;
  /** Resolves when so many bytes are due; at once, and undefined, where they are already. */
  take(count: number, signal: AbortSignal): Promise<void> | undefined;
}

/** Milliseconds that may come at once after a silence. */
const BURST = 50;

/** Each that takes moves the time at which the next is due; nobody is kept from a turn by the size of another's. */
export function createTokenBucket(clock: Clock): TokenBucket {
  let rate: number | undefined;
  let due = Number.NEGATIVE_INFINITY;
  let changed = new AbortController();

  async function wait(until: number, signal: AbortSignal): Promise<void> {
    const { signal: news } = changed;
    try {
      await clock.sleep(millis(Math.max(0, until - clock.now())), AbortSignal.any([signal, news]));
    } catch (error) {
      // Another limit: what was taken under the old one is had.
      if (!news.aborted || signal.aborted) throw error;
    }
  }

  return {
    limit: (next) => {
      rate = next;
      due = Number.NEGATIVE_INFINITY;
      changed.abort();
      changed = new AbortController();
    },
    current: () => rate,
    take: (count, signal) => {
      if (rate === undefined) return undefined;
      due = Math.max(due, clock.now() - BURST) + (count * 1000) / rate;
      return due - clock.now() >= 1 ? wait(due, signal) : undefined;
    },
  };
}
