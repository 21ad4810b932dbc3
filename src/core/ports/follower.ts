import type { GitSha1, Sha256 } from "../util/ids.ts";

/** Hashes files while they grow, in order, from what the disk was given; away from the thread that fetches them. */
export interface Follower {
  follow(file: GrowingFile): Following;
  close(): Promise<void>;
}

export interface GrowingFile {
  /** Absolute; it is there. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Git's name is wanted too. */
  readonly git: boolean;
}

export interface Following {
  /** So many bytes from the start are there and will not change. Never falls. */
  reach(frontier: number): void;
  /** When every byte was hashed. Rejects with `fileUnreadable`, or the signal's reason. */
  sums(signal: AbortSignal): Promise<FollowedSums>;
  /** Nothing more is read of it. */
  end(): void;
}

export interface FollowedSums {
  readonly sha256: Sha256;
  /** Where it was wanted. */
  readonly gitSha1?: GitSha1;
}
