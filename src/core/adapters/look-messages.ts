/**
 * To the thread that looks; each message is answered by one. Paths, some thousands at a time, or a question whether
 * anything is there.
 */
export type ToLookThread = readonly string[] | IsThere;

/** Answered by `FOUND`. `marks` are shared, one a path: what is known of a disk that hangs can be read all the same. */
export interface IsThere {
  readonly paths: readonly string[];
  readonly marks: Uint8Array;
}
export const MARKS = { open: 0, there: 1, absent: 2 } as const;
export const FOUND = "found";

/** Six numbers a path, in their order: the place of its kind in `lookedKinds`, size, time of change, device, inode, names. */
export interface FromLookThread {
  readonly facts: Float64Array;
  /** Why those could not be looked at, by their place. */
  readonly reasons: ReadonlyMap<number, string>;
}

export const lookedKinds = ["absent", "unreadable", "file", "folder", "link", "other"] as const;
export const FACTS_EACH = 6;
