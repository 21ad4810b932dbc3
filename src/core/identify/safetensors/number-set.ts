/** Whole numbers from 0, below 2^53, quicker than a Set's: those of one header, then those of the next. */
export interface NumberSet {
  /** Forgets all. @param most that will come */
  begin(most: number): void;
  /** Whether it is new. */
  add(value: number): boolean;
}

export function createNumberSet(): NumberSet {
  let slots = new Float64Array(2048);
  let mask = 0;
  return {
    begin: (most) => {
      const wanted = 2 ** Math.ceil(Math.log2(2 * most + 2));
      if (wanted > slots.length) slots = new Float64Array(wanted);
      // 0 is an empty slot: what is kept is one more than was said.
      slots.fill(0, 0, wanted);
      mask = wanted - 1;
    },
    add: (value) => {
      const kept = value + 1;
      const mixed = Math.imul(kept ^ (kept / 0x1_0000_0000), 0x9e37_79b1);
      for (let at = (mixed ^ (mixed >>> 15)) & mask; ; at = (at + 1) & mask) {
        if (slots[at] === kept) return false;
        if (slots[at] !== 0) continue;
        slots[at] = kept;
        return true;
      }
    },
  };
}
