import type { Range } from "./ranges.ts";

/** A part of a file that one connection is asked for. Whoever takes over its tail moves `end`. */
export interface Extent {
  /** The next byte that is to come. */
  at: number;
  end: number;
}

/** What of a file nobody has been asked for yet, and who is at what. */
export interface Extents {
  /**
   * The first that is free, else the tail of the one that has most before it; undefined where there is nothing to do.
   * @param limit none that begins here or later
   */
  take(limit: number): Extent | undefined;
  /** Whether `take` would have one. */
  any(limit: number): boolean;
  /** What is left of it is free again. */
  giveBack(extent: Extent): void;
  /** All there is becomes this one's, which is the only one. */
  widen(extent: Extent): void;
  /** Requests the whole takes as it is cut now. */
  count(): number;
}

const MIB = 2 ** 20;
/** Small enough that the last ones are hashed soon after they came, large enough that the wait for an answer is lost in it. */
const LEAST = 8 * MIB;
const MOST = 64 * MIB;
/** A tail shorter than this is faster fetched than asked for. */
const LEAST_TAIL = MIB;

export const extentSize = (sizeBytes: number): number => Math.min(MOST, Math.max(LEAST, Math.ceil(sizeBytes / 64)));

/** @param missing in order */
export function createExtents(missing: readonly Range[], sizeBytes: number): Extents {
  const size = extentSize(sizeBytes);
  /** In order. */
  let free: Extent[] = missing.flatMap(({ from, end }) =>
    Array.from({ length: Math.ceil((end - from) / size) }, (_, index) => ({
      at: from + index * size,
      end: Math.min(end, from + (index + 1) * size),
    })),
  );
  const taken = new Set<Extent>();

  /** The one that has most before it, where that is worth sharing. */
  const longest = (): Extent | undefined => {
    const [most] = Array.from(taken).toSorted((one, other) => other.end - other.at - (one.end - one.at));
    return most !== undefined && most.end - most.at >= 2 * LEAST_TAIL ? most : undefined;
  };

  function tailOf(owner: Extent): Extent {
    const middle = owner.at + Math.ceil((owner.end - owner.at) / 2);
    const half = { at: middle, end: owner.end };
    owner.end = middle;
    return half;
  }

  return {
    take: (limit) => {
      const [first] = free;
      if (first !== undefined && first.at >= limit) return undefined;
      const most = first === undefined ? longest() : undefined;
      const extent = free.shift() ?? (most && tailOf(most));
      if (extent !== undefined) taken.add(extent);
      return extent;
    },
    any: (limit) => {
      const [first] = free;
      return first === undefined ? longest() !== undefined : first.at < limit;
    },
    giveBack: (extent) => {
      taken.delete(extent);
      if (extent.at >= extent.end) return;
      free = [...free, { at: extent.at, end: extent.end }].toSorted((one, other) => one.at - other.at);
    },
    widen: (extent) => {
      extent.end = sizeBytes;
      free = [];
    },
    count: () => free.length + taken.size,
  };
}
