import type { FollowedSums } from "../ports/follower.ts";
import type { Fault } from "../util/faults.ts";

/** Between the transfer thread and one that hashes what grows. Both ends are of one build. */
export type ToFollowThread =
  | {
      readonly kind: "follow";
      readonly id: number;
      readonly path: string;
      readonly sizeBytes: number;
      readonly git: boolean;
      /** One number: how many bytes from the start are there. */
      readonly frontier: BigInt64Array<SharedArrayBuffer>;
    }
  | { readonly kind: "end"; readonly id: number };

/** A file that was not ended ends with exactly one of them. */
export type FromFollowThread =
  | { readonly kind: "done"; readonly id: number; readonly sums: FollowedSums }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault };

export interface FollowThreadData {
  /** Counts what happened: the thread sleeps while it stands still. */
  readonly bell: Int32Array<SharedArrayBuffer>;
}
