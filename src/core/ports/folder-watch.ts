import type { Disposable } from "../util/events.ts";

/** Hears what comes, goes and is renamed in a folder; not in those below it, nor what is written to a file. */
export interface FolderWatch {
  /** Keeps no process alive. Neither listener is called before this returns, nor after it was disposed. Never throws. */
  watch(folder: string, listener: FolderListener): Watched;
}

export interface FolderListener {
  /** @param name what it was, in the folder; the folder's own where it went itself; undefined where that is not known */
  readonly onChange: (name: string | undefined) => void;
  /** It is watched no longer, and need not be disposed. */
  readonly onLost: (reason: string) => void;
}

/** `absent`: no such folder. `refused`: it may not be watched, or no more can be. */
export type Watched =
  | ({ readonly kind: "watched" } & Disposable)
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: string };
