import type { LinkFacts } from "../maintenance/plan.ts";

export type LinkKind = "hard" | "symbolic" | "clone";

/** Further names for bytes that are there, on the disk to stay when it resolves. Paths are absolute. */
export interface Links {
  /**
   * Nothing may lie at `path`: rejects with `exists`, or with `fileUnreadable` or `diskFull`, and nothing has happened
   * then. A clone has the target's time, so that a later change of either shows.
   * @param below a symbolic link is relative where both paths lie below this folder, else absolute
   */
  make(path: string, target: string, how: LinkKind, below?: string): Promise<void>;
  /**
   * The name goes, the bytes stay; what a `make` that was cut off has left goes too. Rejects with `stale` where it is not
   * a name of the target's bytes: of a clone, where size or time are not the target's. Idempotent.
   */
  remove(path: string, target: string, how: LinkKind): Promise<void>;
  /** What the volume and this user's rights allow in the folder, found out with a small file that goes again. */
  abilities(folder: string): Promise<LinkFacts>;
}
