/**
 * What was made of bytes that come again: the tokens of quantizations of one model, the tensors of fine-tunes of another.
 * The very same bytes say the same, and comparing them takes a hundredth of reading them.
 */
export interface KnownBytes<T> {
  /**
   * What was made of the bytes that stand there, if they were kept and are in sight to their last.
   * @param sort as it was kept under
   */
  find(sort: number, bytes: Uint8Array, at: number): Known<T> | undefined;
  /**
   * To be asked of what was not found. What comes for the first time is only noted: most bytes come once.
   * @param sort some number of theirs, so that few are compared: how many things they tell of
   * @param make of their copy, which stays as it is, all that is to be said of it
   */
  keep(sort: number, bytes: Uint8Array, make: (copy: Uint8Array) => T): void;
}

export interface Known<T> {
  readonly copy: Uint8Array;
  readonly said: T;
}

/** Bytes that are kept; with all of them in use it begins anew. */
const MOST = 4 * 2 ** 20;
/** What is shorter is read as fast. */
const LEAST = 512;
/** More of one sort than there are quantizations of a model. */
const ALIKE = 12;
/** Bytes that are noted as having come once. */
const NOTED = 2 ** 14;
/** Where bytes are looked at to be told from others. */
const SAMPLES = 16;

export function createKnownBytes<T>(): KnownBytes<T> {
  const sorts = new Map<number, Known<T>[]>();
  const noted = new Set<number>();
  let held = 0;
  return {
    find: (sort, bytes, at) => {
      const alike = sorts.get(sort);
      if (!alike) return undefined;
      for (const [index, one] of alike.entries()) {
        if (!standsThere(one.copy, bytes, at)) continue;
        // Files of one model lie together.
        if (index > 0) alike.unshift(...alike.splice(index, 1));
        return one;
      }
      return undefined;
    },
    keep: (sort, bytes, make) => {
      if (bytes.length < LEAST || bytes.length > MOST / ALIKE) return;
      const mark = markOf(sort, bytes);
      if (!noted.has(mark)) {
        if (noted.size >= NOTED) noted.clear();
        noted.add(mark);
        return;
      }
      if (held + bytes.length > MOST) {
        sorts.clear();
        held = 0;
      }
      const alike = sorts.get(sort) ?? [];
      const last = alike.length >= ALIKE ? alike.pop() : undefined;
      // Not `slice`: that of a `Buffer` is no copy.
      const copy = new Uint8Array(bytes);
      held += copy.length - (last?.copy.length ?? 0);
      alike.unshift({ copy, said: make(copy) });
      sorts.set(sort, alike);
    },
  };
}

function standsThere(copy: Uint8Array, bytes: Uint8Array, at: number): boolean {
  const end = at + copy.length;
  if (end > bytes.length || bytes[at] !== copy[0] || bytes[end - 1] !== copy[copy.length - 1]) return false;
  return Buffer.compare(bytes.subarray(at, end), copy) === 0;
}

/** The same for the same bytes, and seldom for others. */
function markOf(sort: number, bytes: Uint8Array): number {
  const step = bytes.length / SAMPLES;
  let mark = Math.imul(sort, 0x9e37_79b1) ^ bytes.length;
  for (let place = 0; place < bytes.length; place += step)
    mark = Math.imul(mark ^ (bytes[Math.floor(place)] ?? 0), 16_777_619);
  return mark;
}
