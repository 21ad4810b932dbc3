import type { TaskSource } from "./board.ts";

/**
 * Checks files against their digests, as tasks of kind `verify`; a finished one carries a VerifyReport. Tasks end with
 * their owner, and the ten that ended last are kept; hashes of files that stay as they are, are kept for good.
 */
export interface Verifier extends TaskSource {
  /** @param names entries; all that are installed where left out. Resolves with the task's id once it is queued; `notFound` */
  verify(names: readonly string[] | undefined): Promise<string>;
  /** Stops at once; what was hashed stays in the cache. */
  close(): Promise<void>;
}
