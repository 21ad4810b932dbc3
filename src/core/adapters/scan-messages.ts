import type { MessagePort } from "node:worker_threads";
import type { FileHead } from "../identify/head.ts";
import type { ScanAsk, ScanProgress } from "../ports/scanner.ts";
import type { FoundFile, FoundModel, StoreReport } from "../stores/found.ts";
import type { Fault } from "../util/faults.ts";
import type { PackedHead } from "./head-parts.ts";
import type { Stamp } from "./store-disk.ts";

/** What a thread is started with. */
export interface ScanThreadData {
  /** Where it keeps what it remembers; absent: nowhere. */
  readonly cacheFolder?: string;
  readonly version: string;
}

export type ScanJob =
  /** `known`: names, between blanks, of models that the host still has, in the order of its last report. */
  | { readonly kind: "scan"; readonly ask: ScanAsk; readonly known: string }
  | { readonly kind: "heads"; readonly paths: readonly string[] }
  | { readonly kind: "ofSizes"; readonly roots: readonly string[]; readonly sizes: readonly number[] };

/** Between the host and its scan thread. Both ends are of one build. */
export type ToScanThread =
  | { readonly kind: "run"; readonly id: number; readonly job: ScanJob }
  | { readonly kind: "stop"; readonly id: number };

/** A job is answered with exactly one of the last five but `over`; what it brings comes in pieces before. */
export type FromScanThread =
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "progress"; readonly id: number; readonly progress: ScanProgress }
  /** `names` of `models` and of those that are as before, in the order of the report: see `told-models.ts`. */
  | {
      readonly kind: "models";
      readonly id: number;
      readonly names: string;
      readonly models: readonly FoundModel[];
    }
  | { readonly kind: "heads"; readonly id: number; readonly heads: readonly (readonly [string, FileHead])[] }
  | { readonly kind: "files"; readonly id: number; readonly files: readonly FoundFile[] }
  /** `report` of a scan; its models came before. */
  | { readonly kind: "done"; readonly id: number; readonly report?: Omit<StoreReport, "models"> }
  | { readonly kind: "failed"; readonly id: number; readonly fault: Fault }
  | { readonly kind: "broke"; readonly id: number; readonly message: string }
  | { readonly kind: "stopped"; readonly id: number }
  /** After the answer: what there was to be written down is written. */
  | { readonly kind: "over"; readonly id: number };

/** What the thread beside the scan thread is started with; it is of the same file. */
export interface HeadsThreadData {
  readonly role: "heads";
}

export interface ToHeadsThread {
  readonly root: string;
  /** Of an `AheadBoard`. */
  readonly board: SharedArrayBuffer;
  /** Where what is `Ahead` is put, as JSON: that is made and read faster than copies of objects. */
  readonly port: MessagePort;
}

/** `stamp`: as the file or folder looked before it was read. */
export interface Ahead {
  /** Parts of these heads and later ones, behind those that were told before: see `head-parts.ts`. */
  readonly values: readonly unknown[];
  /** Without `read` the scan is to look by itself. A head is whole once it has its parts. */
  readonly heads: readonly {
    readonly path: string;
    readonly read?: { readonly stamp: Stamp; readonly head: FileHead; readonly parts: PackedHead["parts"] };
  }[];
  /** Their items packed. */
  readonly folders: readonly { readonly path: string; readonly stamp: Stamp; readonly items: string }[];
}
