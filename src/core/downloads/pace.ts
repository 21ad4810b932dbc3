/** How fast it goes and how long it will take, without jitter. Times in milliseconds of one monotonic clock. */
export interface Pace {
  add(now: number, count: number): void;
  /** Bytes per second; falls away while nothing comes. */
  rate(now: number): number;
  /** Seconds; null while unknown. Falls or stays; rises only where the rate has really changed (`SLOWER`). */
  eta(now: number, remaining: number): number | null;
  reset(): void;
}

/** Time constants: the rate follows within seconds, the estimate within half a minute. */
const QUICK = 3000;
const SLOW = 15_000;
/** Samples are at least this long, so that single pieces do not count as rates. */
const SAMPLE = 200;
/** Milliseconds of samples that an estimate needs: the first ones are a guess. */
const ENOUGH = 2000;
/** The rate has really changed where the estimate is longer than what is shown by this factor, for so many milliseconds on end. */
const SLOWER = { factor: 1.25, lasting: 5000 };

export function createPace(): Pace {
  let quick = 0;
  let slow = 0;
  let at: number | undefined;
  let gathered = 0;
  /** Milliseconds of all samples. */
  let measured = 0;
  let shown: number | undefined;
  /** Since when the estimate is longer than what is shown. */
  let slowerSince: number | undefined;

  // At the start the mean of all there was; the first sample alone is a guess.
  const blend = (old: number, sample: number, elapsed: number, constant: number): number =>
    old + Math.max(1 - Math.exp(-elapsed / constant), elapsed / measured) * (sample - old);

  const faded = (rate: number, now: number, constant: number): number => {
    const silent = Math.max(0, now - (at ?? now) - 1000);
    return rate * Math.exp(-silent / constant);
  };

  function show(eta: number): number {
    shown = eta;
    slowerSince = undefined;
    return Math.round(eta);
  }

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
      if (rate < 1 || measured < ENOUGH) return null;
      const fresh = remaining / rate;
      if (shown === undefined || fresh <= shown) return show(fresh);
      if (fresh <= shown * SLOWER.factor + 1) {
        slowerSince = undefined;
        return Math.round(shown);
      }
      slowerSince ??= now;
      return now - slowerSince < SLOWER.lasting ? Math.round(shown) : show(fresh);
    },
    reset: () => {
      quick = slow = gathered = measured = 0;
      at = shown = slowerSince = undefined;
    },
  };
}
