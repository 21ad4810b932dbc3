import type { GitSha1, Sha256 } from "../util/ids.ts";

/** Names whole files by their content, off the loop of whoever asks. */
export interface Hasher {
  /** How many files are read at once at best. */
  readonly lanes: number;
  /** @param onBytes bytes of the file read so far; at most four times a second */
  start(job: HashJob, onBytes: (done: number) => void, signal: AbortSignal): Hashing;
  close(): Promise<void>;
}

export interface HashJob {
  /** Absolute; links are followed. */
  readonly path: string;
  /** Git's name of it is wanted too. */
  readonly git: boolean;
}

export interface Hashing {
  /** Rejects with `fileUnreadable`, `notFound` where it is not there, or at once with the signal's reason. */
  readonly result: Promise<HashedFile>;
  /** Stands still where it is until `go`. */
  hold(): void;
  go(): void;
}

export interface HashedFile {
  readonly sha256: Sha256;
  readonly gitSha1?: GitSha1;
  /** The file as it was before the first byte was read, in the terms of Files.stat. */
  readonly size: number;
  readonly modified: number;
  readonly identity: string;
  /** False where it was another one, or a changed one, when the last byte was read. */
  readonly steady: boolean;
}
