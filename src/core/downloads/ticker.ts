import type { Clock } from "../ports/clock.ts";
import { type Disposable, type Event, createEmitter } from "../util/events.ts";
import { millis } from "../util/ids.ts";
import { REPORT_EVERY } from "./throttle.ts";

/** Many ticks as few events: at most four a second, the last one never lost. */
export interface Ticker extends Disposable {
  readonly event: Event<void>;
  readonly tick: () => void;
}

export function createTicker(clock: Clock): Ticker {
  const moved = createEmitter<void>();
  const ended = new AbortController();
  let firedAt = Number.NEGATIVE_INFINITY;
  let due = false;

  function fire(): void {
    due = false;
    firedAt = clock.now();
    moved.fire();
  }

  return {
    event: moved.event,
    tick: () => {
      if (due || ended.signal.aborted) return;
      const wait = firedAt + REPORT_EVERY - clock.now();
      if (wait <= 0) {
        fire();
        return;
      }
      due = true;
      // Ends without a word when the ticker does.
      clock.sleep(millis(wait), ended.signal).then(fire, () => undefined);
    },
    dispose: () => {
      ended.abort();
      moved.dispose();
    },
  };
}
