import type { Patience, TransferJob, TransferProgress, TransferResult } from "../downloads/transfers.ts";
import type { Fault } from "../util/faults.ts";
import type { NetSettings } from "./choose-proxy.ts";

/** Between the host and its transfer thread. Both ends are of one build. The token travels in a job, and nowhere else. */
export type ToTransferThread =
  | { readonly kind: "run"; readonly id: number; readonly job: TransferJob }
  | { readonly kind: "abort"; readonly id: number }
  /** Bytes per second of all of them together; absent: as fast as they come. */
  | { readonly kind: "limit"; readonly bytesPerSecond?: number }
  /** How the network is set up from now on. */
  | { readonly kind: "net"; readonly net: NetSettings }
  /** The answer to `asks`; without a fault it may. */
  | { readonly kind: "answer"; readonly id: number; readonly fault?: Fault };

export type FromTransferThread =
  | { readonly kind: "progress"; readonly id: number; readonly progress: TransferProgress }
  /** Whether its file may be replaced; it waits. */
  | { readonly kind: "asks"; readonly id: number }
  | { readonly kind: "done"; readonly id: number; readonly result: TransferResult }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault }
  /** What is no fault; its message has been through the redactor. */
  | { readonly kind: "broke"; readonly id: number; readonly message: string }
  | { readonly kind: "aborted"; readonly id: number };

export interface TransferThreadData extends TransferNetwork {
  readonly patience: Patience;
  /** Of the owner it works for; absent where nobody can supersede it. */
  readonly owner?: TransferOwner;
}

/** What the person set. */
export interface TransferNetwork {
  /** Connections to one host, of all files together; read when a thread starts. */
  readonly perHost: number;
  /** A thread that runs is told of another. */
  readonly net: NetSettings;
}

export interface TransferOwner {
  /** There until another supersedes it. */
  readonly file: string;
  /** An earlier one may still be writing into the files it has open. */
  readonly late: boolean;
}
