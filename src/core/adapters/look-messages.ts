/** To the thread that looks: paths, some thousands at a time; each message is answered by one. */
export type ToLookThread = readonly string[];

/** Six numbers a path, in their order: the place of its kind in `lookedKinds`, size, time of change, device, inode, names. */
export interface FromLookThread {
  readonly facts: Float64Array;
  /** Why those could not be looked at, by their place. */
  readonly reasons: ReadonlyMap<number, string>;
}

export const lookedKinds = ["absent", "unreadable", "file", "folder", "link", "other"] as const;
export const FACTS_EACH = 6;
