/** What comes of one answer, written in pieces worth a call of the system each; more is read meanwhile. */
export interface Gather {
  /** The chunk is free again when it resolves. @param at where it goes: right behind the one before */
  add(at: number, chunk: Uint8Array): Promise<void> | undefined;
  /** What was gathered is on its way to the file. */
  flush(): Promise<void>;
  /** All of it is there. */
  settle(): Promise<void>;
  /** Nothing waits to be written. */
  isEmpty(): boolean;
}

type Write = (at: number, chunks: readonly Uint8Array[]) => Promise<void>;

/** What is written at once, so that a TLS record of 16 KiB is no call of the system. */
const PIECE = 2 ** 20;
/** Large enough to be written as it is. */
const LARGE = 128 * 1024;
/** Kept for others, over all answers: made anew, each would be filled with zeros first, and be the collector's after. */
const MOST_FREE = 32;

const free: Uint8Array[] = [];

async function release(piece: Uint8Array, written: Promise<void>): Promise<void> {
  await written;
  if (free.length < MOST_FREE) free.push(piece);
}

export function createGather(write: Write): Gather {
  let gathering: Uint8Array | undefined;
  let begin = 0;
  let length = 0;
  let writing = Promise.resolve();

  async function flush(): Promise<void> {
    const piece = gathering;
    if (piece === undefined) return;
    const [from, count] = [begin, length];
    gathering = undefined;
    length = 0;
    await writing;
    writing = release(piece, write(from, [piece.subarray(0, count)]));
    // Thrown by whoever settles.
    writing.catch(() => undefined);
  }

  function put(at: number, chunk: Uint8Array): Uint8Array {
    if (gathering === undefined) {
      gathering = free.pop() ?? new Uint8Array(PIECE);
      begin = at;
      length = 0;
    }
    const some = chunk.subarray(0, PIECE - length);
    gathering.set(some, length);
    length += some.length;
    return chunk.subarray(some.length);
  }

  async function addAll(at: number, chunk: Uint8Array): Promise<void> {
    if (chunk.length >= LARGE) {
      await flush();
      await writing;
      await write(at, [chunk]);
      return;
    }
    for (let left = chunk; left.length > 0;) {
      left = put(at + chunk.length - left.length, left);
      if (length === PIECE) await flush();
    }
  }

  return {
    add: (at, chunk) => {
      if (chunk.length >= LARGE || length + chunk.length >= PIECE) return addAll(at, chunk);
      put(at, chunk);
      return undefined;
    },
    flush,
    settle: async () => writing,
    isEmpty: () => gathering === undefined,
  };
}
