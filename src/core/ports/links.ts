import type { LinkFacts } from "../maintenance/plan.ts";

/** Further names for bytes that are there. Paths are absolute. Rejects with `fileUnreadable`, `exists`. */
export interface Links {
  /** Nothing may lie at `path`. Durable when it resolves. */
  make(path: string, target: string, how: "hard" | "symbolic" | "clone"): Promise<void>;
  /** The name goes, the bytes stay. Refused where it is not a name of `target`'s bytes. Idempotent. */
  remove(path: string, target: string, how: "hard" | "symbolic" | "clone"): Promise<void>;
  /** What the volume and this user's rights allow below the folder, found out with a small file that goes again. */
  abilities(folder: string): Promise<LinkFacts>;
}
