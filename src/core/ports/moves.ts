/**
 * The few deeds by which files change their place, each on the disk to stay when it resolves. Paths are absolute; no link
 * is followed. Rejects with `fileUnreadable` or `diskFull`, nothing has happened then.
 */
export interface Moves {
  /** Within a volume, a file, folder or link as a whole. Rejects with `exists` where `to` is taken. */
  move(from: string, to: string): Promise<void>;
  /** With its parents; idempotent. @param access `own`: for this user alone */
  makeFolder(path: string, access: "own" | "usual"): Promise<void>;
  /** Rejects with `stale` where anything is in it; idempotent. */
  removeFolder(path: string): Promise<void>;
  /** For good: a file, a link, or a folder with all in it; idempotent. */
  erase(path: string): Promise<void>;
  /** Adds a line to a file that is there. */
  append(path: string, line: string): Promise<void>;
}
