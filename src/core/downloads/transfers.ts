import type { Provider } from "../protocol/hub.ts";
import type { Proof } from "../protocol/models.ts";
import type { Fault } from "../util/faults.ts";
import type { GitSha1, Sha256 } from "../util/ids.ts";

/** Fetches files. Plain data goes in and out, as it may cross to a thread. */
export interface Transfers {
  /**
   * Ends with the file complete under its name, or rejects: with a fault, or the signal's reason. Either way what was
   * fetched is kept beside it as `<name>.partial`, and the next call with the same job goes on from there.
   */
  run(job: TransferJob, onProgress: (progress: TransferProgress) => void, signal: AbortSignal): Promise<TransferResult>;
  /** Bytes per second over all connections together, from now on; undefined: as fast as they come. */
  limit(bytesPerSecond: number | undefined): void;
  /** Ends what runs; what was fetched is kept. */
  close(): Promise<void>;
}

/** One file of a source. */
export interface TransferJob {
  readonly provider: Provider;
  /** At the source itself; where it redirects to is asked anew at each attempt. */
  readonly url: string;
  /** Address of the source. */
  readonly endpoint: string;
  /** As `HubAnalysis.repository`. */
  readonly repository: string;
  /** As `HubAnalysis.commit`. */
  readonly commit: string;
  /** Path inside the repository. */
  readonly file: string;
  /** Goes to the endpoint's origin only, in `Authorization`. */
  readonly token?: string;
  /** At most so many at once; 1 where the source sends no parts. */
  readonly connections: number;
  /** Redirects into the local network are followed; the person said so. */
  readonly allowPrivateHosts: boolean;
  /** Absolute; the folder the target must lie in when all links are resolved. */
  readonly root: string;
  /** Absolute: its final name. */
  readonly target: string;
  readonly sizeBytes: number;
  readonly sha256?: Sha256;
  readonly gitSha1?: GitSha1;
  /** Fetches although the bytes are here, and replaces what has the name. */
  readonly force: boolean;
  /** Kept free on the volume. */
  readonly reserveBytes: number;
}

export interface TransferProgress {
  /** `checking`: bytes that are here already are read. */
  readonly phase: "checking" | "fetching";
  /** Of the file; falls where it starts over. */
  readonly doneBytes: number;
  /** Connections that bring bytes at the moment. */
  readonly connections?: number;
  /** Why nothing moves at the moment; it goes on by itself. */
  readonly waiting?: Fault;
}

export interface TransferResult {
  /** `accepted`: the right bytes had the name already, and none was fetched. */
  readonly outcome: "fetched" | "accepted";
  readonly proof: Proof;
  /** Of the content, also where the source offered none. */
  readonly sha256: Sha256;
  readonly gitSha1?: GitSha1;
  /** Of the file under its final name. */
  readonly modified: number;
  readonly identity: string;
}

/** How patient a transfer is. */
export interface Patience {
  /** Failures in a row, with nothing gained between them, that it takes to give up. */
  readonly attempts: number;
  /** Milliseconds: before the n-th attempt it waits up to `base` × 2ⁿ, at most `cap`. */
  readonly base: number;
  readonly cap: number;
  /** A connection that brings less than `stallBytes` in this many milliseconds is given up. */
  readonly stallAfter: number;
  readonly stallBytes: number;
  /** Milliseconds; a host that asks to wait longer is a fault. */
  readonly longestWait: number;
  /** Milliseconds that are waited where a host asks to wait, and does not say for how long. */
  readonly unsaidWait: number;
  /** Milliseconds between two records of how far the disk has it. */
  readonly checkpointEvery: number;
}

export const PATIENCE: Patience = {
  attempts: 6,
  base: 500,
  cap: 60_000,
  stallAfter: 30_000,
  stallBytes: 1024,
  longestWait: 900_000,
  unsaidWait: 30_000,
  checkpointEvery: 1000,
};
