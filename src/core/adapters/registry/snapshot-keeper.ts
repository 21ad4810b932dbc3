import type { Store } from "./store.ts";

/** Decides when a snapshot is taken: some time after the last commit, at a limit of journal, and at the end. */
export interface SnapshotKeeper {
  /** Something may have been committed. */
  worked(): void;
  /** Resolves when all that was committed is in a snapshot, or could not be written, which loses nothing. */
  finish(): Promise<void>;
}

/** @param idle milliseconds  @param journalLimit bytes  @param onTrouble hears why one was not written */
export function createSnapshotKeeper(
  store: Store,
  { idle, journalLimit }: { readonly idle: number; readonly journalLimit: number },
  onTrouble: (error: unknown) => void,
): SnapshotKeeper {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** After one failed, the next waits for this much more journal, or for the idle time again. */
  let limit = journalLimit;

  const take = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    try {
      await store.snapshot();
      await store.keepReady();
      limit = journalLimit;
      running = undefined;
      worked();
    } catch (error) {
      // The next commit tries again, so that a full disk is not asked every few seconds.
      limit = (store.pending() ?? 0) + journalLimit;
      running = undefined;
      onTrouble(error);
    }
  };
  const worked = (): void => {
    const pending = store.pending();
    if (pending === undefined || running) return;
    clearTimeout(timer);
    const begin = (): void => {
      running = take();
    };
    if (pending >= limit) begin();
    else timer = setTimeout(begin, idle).unref();
  };
  return {
    worked,
    finish: async () => {
      await running;
      await take();
    },
  };
}
