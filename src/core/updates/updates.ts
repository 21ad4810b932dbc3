import type { LockfileOutcome, UpdateReport } from "../protocol/metadata.ts";

/** Whether what is here is still what its source has; by revision and digests, never by dates. */
export interface Updates {
  /** @param names all with a source where left out */
  check(names: readonly string[] | undefined, signal: AbortSignal): Promise<readonly UpdateReport[]>;
  exportLockfile(path: string, signal: AbortSignal): Promise<LockfileOutcome>;
  /** Queues what is not here, pinned to the recorded commit and digests. @throws FaultError `formatInvalid` */
  importLockfile(path: string, signal: AbortSignal): Promise<LockfileOutcome>;
}
