/** How fast it goes and how long it will take, without jitter. Times in milliseconds of one monotonic clock. */
export interface Pace {
  add(now: number, count: number): void;
  /** Bytes per second; falls away while nothing comes. */
  rate(now: number): number;
  /** Seconds; null while unknown. Counts down rather than jumping about. */
  eta(now: number, remaining: number): number | null;
  reset(): void;
}

/** Time constants: the rate follows within seconds, the estimate within half a minute. */
const QUICK = 3000;
const SLOW = 15_000;
/** Samples are at least this long, so that single pieces do not count as rates. */
const SAMPLE = 200;
/** A new estimate within this share of the one that was counted down is the same estimate. */
const SAME = 0.15;

export function createPace(): Pace {
  let quick = 0;
  let slow = 0;
  let at: number | undefined;
  let gathered = 0;
  /** Milliseconds of all samples. */
  let measured = 0;
  let shown: { readonly eta: number; readonly at: number } | undefined;

  // At the start the mean of all there was; the first sample alone is a guess.
  const blend = (old: number, sample: number, elapsed: number, constant: number): number =>
    old + Math.max(1 - Math.exp(-elapsed / constant), elapsed / measured) * (sample - old);

  const faded = (rate: number, now: number, constant: number): number => {
    const silent = Math.max(0, now - (at ?? now) - 1000);
    return rate * Math.exp(-silent / constant);
  };

  return {
    add: (now, count) => {
      if (at === undefined) {
        // When these began to come is not known.
        at = now;
        return;
      }
      gathered += count;
      const elapsed = now - at;
      if (elapsed < SAMPLE) return;
      measured += elapsed;
      const sample = (gathered * 1000) / elapsed;
      quick = blend(quick, sample, elapsed, QUICK);
      slow = blend(slow, sample, elapsed, SLOW);
      gathered = 0;
      at = now;
    },
    rate: (now) => Math.round(faded(quick, now, QUICK)),
    eta: (now, remaining) => {
      const rate = faded(slow, now, SLOW);
      if (rate < 1) return null;
      const fresh = remaining / rate;
      const counted = shown === undefined ? fresh : Math.max(0, shown.eta - (now - shown.at) / 1000);
      const eta = Math.abs(fresh - counted) <= SAME * Math.max(fresh, 1) ? counted : fresh;
      shown = { eta, at: now };
      return Math.round(eta);
    },
    reset: () => {
      quick = slow = gathered = measured = 0;
      at = shown = undefined;
    },
  };
}
