/** How many connections a file is worth: more for as long as more bring more. Times in milliseconds. */
export interface Growth {
  /**
   * Called often while bytes come.
   * @param done bytes of the file so far
   * @param open connections that bring bytes now
   * @returns how many there shall be
   */
  wanted(now: number, done: number, open: number): number;
  /** One was refused or broke for good: not more than there are left until these were measured again. */
  shrink(open: number): void;
}

/** Long enough that a window of the network fills, short enough that it costs a large file nothing. */
const SAMPLE = 150;
/** Of the first connection alone, which only tells whether the machine is the limit already. */
const FIRST_SAMPLE = 75;
/** More is worth it from a tenth more. */
const GAIN = 1.1;
/** Bytes per millisecond of one connection at which the machine is the limit, and not the connection. */
const ENOUGH = 150_000;

/** @param most never more; @param limit bytes per second that were set, undefined: none */
export function createGrowth(most: number, limit: () => number | undefined): Growth {
  let wanted = 1;
  let rate = 0;
  let begun: { readonly at: number; readonly done: number } | undefined;
  let settled = false;

  function judge(measured: number): void {
    const set = limit();
    const atLimit = set !== undefined && measured * 1000 >= set * 0.9;
    if (atLimit || measured >= ENOUGH * wanted || measured < rate * GAIN) settled = true;
    else wanted = Math.min(most, wanted === 1 ? 4 : wanted * 2);
    rate = measured;
    if (wanted >= most) settled = true;
  }

  return {
    wanted: (now, done, open) => {
      if (settled || wanted >= most) return wanted;
      if (open < wanted) begun = undefined;
      else begun ??= { at: now, done };
      if (begun !== undefined && now - begun.at >= (wanted === 1 ? FIRST_SAMPLE : SAMPLE)) {
        judge((done - begun.done) / (now - begun.at));
        begun = undefined;
      }
      return wanted;
    },
    shrink: (open) => {
      wanted = Math.max(1, open);
      rate = 0;
      begun = undefined;
      settled = wanted > 1;
    },
  };
}
