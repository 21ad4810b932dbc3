/** Bytes from `from` up to `end`, which is not among them. */
export interface Range {
  readonly from: number;
  readonly end: number;
}

/** Which bytes of a file there are. */
export interface Ranges {
  add(range: Range): void;
  clear(): void;
  /** How many there are in all. */
  total(): number;
  /** How many there are from the start without a gap. */
  frontier(): number;
  /** In order, none touching the next. A fresh array. */
  list(): readonly Range[];
  /** What a file of that size lacks, in order. */
  missing(sizeBytes: number): readonly Range[];
}

export function createRanges(initial: readonly Range[] = []): Ranges {
  let list: readonly Range[] = [];
  let total = 0;

  function add({ from, end }: Range): void {
    if (end <= from) return;
    const before = list.filter((one) => one.end < from);
    const after = list.filter((one) => one.from > end);
    const touched = list.slice(before.length, list.length - after.length);
    const joined = {
      from: Math.min(from, touched[0]?.from ?? from),
      end: Math.max(end, touched.at(-1)?.end ?? end),
    };
    list = [...before, joined, ...after];
    total = list.reduce((sum, one) => sum + one.end - one.from, 0);
  }

  for (const one of initial) add(one);
  return {
    add,
    clear: () => {
      list = [];
      total = 0;
    },
    total: () => total,
    frontier: () => (list[0]?.from === 0 ? list[0].end : 0),
    list: () => list.slice(),
    missing: (sizeBytes) => {
      const gaps = [{ from: 0, end: list[0]?.from ?? sizeBytes }];
      for (const [index, one] of list.entries()) gaps.push({ from: one.end, end: list[index + 1]?.from ?? sizeBytes });
      return gaps.filter((gap) => gap.end > gap.from);
    },
  };
}
