/** How many connections a file is worth: more for as long as more bring more. Times in milliseconds. */
export interface Growth {
  /**
   * Called often while bytes come.
   * @param done bytes of the file so far
   * @param open connections that bring bytes now
   * @returns how many there shall be; fewer than before where more brought nothing
   */
  wanted(now: number, done: number, open: number): number;
  /** One was refused or broke for good: not more than there are left until these were measured again. */
  shrink(open: number): void;
}

export interface GrowthLimits {
  /** Never more. */
  readonly most: number;
  /** Bytes per second that were set, undefined: none. */
  readonly rate: () => number | undefined;
  /** Share of the time since it was asked last that the thread which takes the bytes was at work. */
  readonly busy: () => number;
}

/** Long enough that a window of the network fills, short enough that it costs a large file nothing. */
const SAMPLE = 100;
/** Of the first connection alone, which only tells whether the machine is the limit already. */
const FIRST_SAMPLE = 50;
/** Bytes per millisecond of one connection below which hardly anything but the source is the limit of it. */
const SLOW = 20_000;
/** More is worth it from a tenth more. */
const GAIN = 1.1;
/** Of what as many times the connections could bring at best: there, the connections are the limit, and nothing else. */
const NEARLY_ALL = 0.75;
/** Bytes per millisecond of one connection at which the machine is the limit, and not the connection. */
const ENOUGH = 150_000;
/** The same where the thread has hardly a moment left. */
const ENOUGH_OF_A_BUSY_ONE = 30_000;
const BUSY = 0.85;
/** Samples without a gain after which what was added goes again: one may be the doing of something else. */
const PROOFS = 2;
/** Then it is tried again: the network of a long download changes. */
const AGAIN = 15_000;

export function createGrowth({ most, rate: limit, busy }: GrowthLimits): Growth {
  let wanted = 1;
  /** What was wanted, and came, before the last were added. */
  let before = { wanted: 1, rate: 0 };
  let begun: { readonly at: number; readonly done: number } | undefined;
  let useless = 0;
  let settled: number | undefined;

  function grow(rate: number, now: number): void {
    const linear = wanted > 1 && rate >= before.rate * (wanted / before.wanted) * NEARLY_ALL;
    before = { wanted, rate };
    const times = wanted === 1 && rate < SLOW ? 8 : wanted === 1 || linear ? 4 : 2;
    wanted = Math.min(most, wanted * times);
    if (wanted === before.wanted) settled = now;
  }

  function judge(rate: number, now: number): void {
    const set = limit();
    const enough = busy() >= BUSY ? ENOUGH_OF_A_BUSY_ONE : ENOUGH;
    const atLimit = (set !== undefined && rate * 1000 >= set * 0.9) || rate >= enough * wanted;
    const helped = rate >= before.rate * GAIN;
    if (helped) useless = 0;
    else useless += 1;
    if (useless >= PROOFS) {
      wanted = before.wanted;
      useless = 0;
      settled = now;
    } else if (atLimit && (helped || wanted === 1)) settled = now;
    else if (helped) grow(rate, now);
  }

  function tryAgain(): void {
    settled = undefined;
    before = { wanted, rate: 0 };
  }

  return {
    wanted: (now, done, open) => {
      if (settled !== undefined) {
        if (wanted >= most || now - settled < AGAIN) return wanted;
        tryAgain();
      }
      if (open < wanted) begun = undefined;
      else if (begun === undefined) {
        begun = { at: now, done };
        busy();
      } else if (now - begun.at >= (wanted === 1 ? FIRST_SAMPLE : SAMPLE)) {
        judge((done - begun.done) / (now - begun.at), now);
        begun = undefined;
      }
      return wanted;
    },
    shrink: (open) => {
      wanted = Math.max(1, open);
      before = { wanted, rate: 0 };
      begun = undefined;
      useless = 0;
      settled = wanted > 1 ? Number.POSITIVE_INFINITY : undefined;
    },
  };
}
