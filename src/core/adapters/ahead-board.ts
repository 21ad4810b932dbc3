/**
 * What two threads of one scan know of each other without messages: which of them reads a header, how far the one is
 * ahead, and when the one that scans waits.
 */
export interface AheadBoard {
  /** Says that this side reads the file; false where somebody does, or where that cannot be told. */
  claim(path: string): boolean;
  /** The other side has claimed it. */
  isTheirs(path: string): boolean;
  /** One more of what was handed over was asked for. */
  taken(): void;
  readonly takenCount: () => number;
  /** Something was handed over. */
  handed(): void;
  readonly handedCount: () => number;
  /** Until something is handed over after the count was that. @param most milliseconds */
  waitForHanded(count: number, most: number): void;
  /** Until something is taken after the count was that. @param most milliseconds @returns whether it was */
  waitForTaken(count: number, most: number): boolean;
  readonly isAwaited: () => boolean;
  end(): void;
  readonly isOver: () => boolean;
}

const OVER = 0;
const TAKEN = 1;
const HANDED = 2;
const AWAITED = 3;
const CLAIMS = 4;
/** Files that can be claimed, about: of more, the one that scans reads most by itself. */
const PLACES = 2 ** 18;
/** So many places a path has, one after the other: what stands there stays, so both sides look alike. */
const TRIES = 16;

export const boardBuffer = (): SharedArrayBuffer => new SharedArrayBuffer(4 * (CLAIMS + PLACES));

/** @param side 0 or 1 */
export function createAheadBoard(buffer: SharedArrayBuffer, side: 0 | 1): AheadBoard {
  const board = new Int32Array(buffer);
  const add = (place: number): void => {
    Atomics.add(board, place, 1);
    Atomics.notify(board, place);
  };
  return {
    claim: (path) => {
      const { place, mark } = markOf(path);
      for (let next = 0; next < TRIES; next += 1) {
        const stood = Atomics.compareExchange(board, CLAIMS + ((place + next) & (PLACES - 1)), 0, mark | side);
        if (stood === 0) return true;
        if ((stood & ~1) === mark) return false;
      }
      return false;
    },
    isTheirs: (path) => {
      const { place, mark } = markOf(path);
      for (let next = 0; next < TRIES; next += 1) {
        const stands = Atomics.load(board, CLAIMS + ((place + next) & (PLACES - 1)));
        if (stands === 0) return false;
        if ((stands & ~1) === mark) return stands === (mark | (1 - side));
      }
      return false;
    },
    taken: () => add(TAKEN),
    takenCount: () => Atomics.load(board, TAKEN),
    handed: () => add(HANDED),
    handedCount: () => Atomics.load(board, HANDED),
    waitForHanded: (count, most) => {
      Atomics.store(board, AWAITED, 1);
      Atomics.wait(board, HANDED, count, most);
      Atomics.store(board, AWAITED, 0);
    },
    waitForTaken: (count, most) => Atomics.wait(board, TAKEN, count, most) !== "timed-out",
    isAwaited: () => Atomics.load(board, AWAITED) !== 0,
    end: () => {
      Atomics.store(board, OVER, 1);
      add(TAKEN);
    },
    isOver: () => Atomics.load(board, OVER) !== 0,
  };
}

/** Two digests of a path: from where on it is marked, and with what; the last bit is the side's. Two paths of one mark are read twice. */
function markOf(path: string): { readonly place: number; readonly mark: number } {
  let one = 0;
  let other = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) {
    const sign = path.charCodeAt(at);
    one = Math.imul(one, 31) + sign;
    other = Math.imul(other ^ sign, 0x01000193);
  }
  one = Math.imul(one ^ (one >>> 15), 0x9e3779b1);
  return { place: one >>> 8, mark: (other | 2) & ~1 };
}
