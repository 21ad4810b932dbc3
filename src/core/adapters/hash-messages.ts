import type { HashJob, HashedFile } from "../ports/hasher.ts";
import type { Fault } from "../util/faults.ts";

/** Between the host and its hash threads. Both ends are of one build. */
export type ToHashThread =
  | { readonly kind: "run"; readonly id: number; readonly job: HashJob }
  | { readonly kind: "hold" | "go" | "stop"; readonly id: number };

/** A job ends with exactly one of the last four. */
export type FromHashThread =
  | { readonly kind: "bytes"; readonly id: number; readonly done: number }
  | { readonly kind: "done"; readonly id: number; readonly file: HashedFile }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault }
  | { readonly kind: "broke"; readonly id: number; readonly message: string }
  | { readonly kind: "stopped"; readonly id: number };
