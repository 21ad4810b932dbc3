/** Where a socket puts what comes, without a buffer of its own for each record: the collector has nothing to do. */
export interface RawInlet {
  /** For the socket's `onread`. */
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (count: number) => boolean };
  /** Good until the next one is asked for. undefined: nothing more comes. Rejects with what the connection broke with. */
  next(): Promise<Uint8Array | undefined>;
  /** Bytes that nobody took. */
  waiting(): number;
  end(error?: Error): void;
}

interface Slab {
  readonly bytes: Uint8Array;
  read: number;
  filled: number;
}

/** As much as is written at once. */
const SLAB = 2 ** 20;
/** One record of TLS, or one read. */
const LEAST_ROOM = 64 * 1024;
/** The socket waits from here on. */
const MOST_WAITING = 2 ** 20;
/** Kept for others, over all connections. */
const MOST_FREE = 16;

/** Slabs of those that ended, for those that begin. */
const free: Slab[] = [];

const newSlab = (): Slab => free.pop() ?? { bytes: Buffer.allocUnsafeSlow(SLAB), read: 0, filled: 0 };

function giveBack(slab: Slab): void {
  slab.read = 0;
  slab.filled = 0;
  if (free.length < MOST_FREE) free.push(slab);
}

/** @param resume the socket may read again */
export function createRawInlet(resume: () => void): RawInlet {
  let current = newSlab();
  /** Full, and not read to their end, the first to be read first. */
  const full: Slab[] = [];
  /** The last view is of it, and the socket is done with it. */
  let held: Slab | undefined;
  let unread = 0;
  let paused = false;
  let over: { readonly error?: Error } | undefined;
  let asking: PromiseWithResolvers<void> | undefined;
  let waking = false;

  /** After the turn of the loop: what comes at once is handed out at once. */
  function wake(): void {
    if (asking === undefined || waking) return;
    waking = true;
    setImmediate(() => {
      waking = false;
      asking?.resolve();
      asking = undefined;
    });
  }

  function take(): Uint8Array {
    const slab = full.shift() ?? current;
    const view = slab.bytes.subarray(slab.read, slab.filled);
    slab.read = slab.filled;
    if (slab !== current) held = slab;
    unread -= view.length;
    if (paused) {
      paused = false;
      resume();
    }
    return view;
  }

  return {
    onread: {
      buffer: () => {
        if (current.bytes.length - current.filled < LEAST_ROOM) {
          // Read to its end, its last view may still be looked at.
          if (current.read < current.filled) full.push(current);
          else held = current;
          current = newSlab();
        }
        return current.bytes.subarray(current.filled);
      },
      callback: (count) => {
        current.filled += count;
        unread += count;
        wake();
        paused = unread >= MOST_WAITING;
        return !paused;
      },
    },
    next: async () => {
      if (held) giveBack(held);
      held = undefined;
      for (;;) {
        if (unread > 0) return take();
        if (over?.error) throw over.error;
        if (over) return undefined;
        asking = Promise.withResolvers();
        await asking.promise;
      }
    },
    waiting: () => unread,
    end: (error) => {
      over ??= error ? { error } : {};
      wake();
    },
  };
}
