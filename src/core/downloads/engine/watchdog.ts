import type { Clock } from "../../ports/clock.ts";
import { fault } from "../../util/faults.ts";
import { millis } from "../../util/ids.ts";
import type { Patience } from "../transfers.ts";

/** Ends a connection that brings nothing worth the name for so long, on a moving average. */
export interface Watchdog {
  /** The outer one's, or the watchdog's own. */
  readonly signal: AbortSignal;
  feed(count: number): void;
  /** What takes as long as it takes, and is not the connection's doing. */
  aside<T>(deed: Promise<T>): Promise<T>;
  stalled(): boolean;
  end(): void;
}

/** Looks there are in one `stallAfter`. */
const LOOKS = 4;

export function createWatchdog(clock: Clock, patience: Patience, outer: AbortSignal): Watchdog {
  const stall = new AbortController();
  const ended = new AbortController();
  const over = AbortSignal.any([outer, ended.signal]);
  /** Of the last looks, the oldest first; infinite where it was not the connection's turn. */
  const fed: number[] = [];
  let now = 0;
  let asides = 0;
  let wasAside = false;
  let stalled = false;

  async function guard(): Promise<void> {
    for (;;) {
      await clock.sleep(millis(patience.stallAfter / LOOKS), over);
      fed.push(wasAside ? Number.POSITIVE_INFINITY : now);
      now = 0;
      wasAside = asides > 0;
      if (fed.length > LOOKS) fed.shift();
      if (fed.length < LOOKS || fed.reduce((sum, one) => sum + one, 0) >= patience.stallBytes) continue;
      stalled = true;
      stall.abort(fault({ code: "timeout", what: "a connection", waited: millis(patience.stallAfter) }));
      return;
    }
  }
  // Ends by its sleep being aborted, which is not news.
  guard().catch(() => undefined);

  return {
    signal: AbortSignal.any([outer, stall.signal]),
    feed: (count) => void (now += count),
    aside: async (deed) => {
      asides += 1;
      wasAside = true;
      try {
        return await deed;
      } finally {
        asides -= 1;
      }
    },
    stalled: () => stalled,
    end: () => ended.abort(),
  };
}
