import type { FileHead } from "../identify/head.ts";
import type { FoundFile, StoreKind, StoreReport } from "../stores/found.ts";

/** Reads stores and headers in a thread of its own. Changes nothing but its own cache. */
export interface Scanner {
  /**
   * Everything the store under `root` holds. A single path that cannot be read is a problem in the report.
   * @throws FaultError `notFound` where the root is not there, `fileUnreadable` where it may not be read
   */
  scan(ask: ScanAsk, onProgress: (progress: ScanProgress) => void, signal: AbortSignal): Promise<StoreReport>;
  /** Headers of single files, by path; one that cannot be read is left out. */
  heads(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, FileHead>>;
  /** Model files below the roots that have one of the sizes: where the same bytes may lie. */
  ofSizes(roots: readonly string[], sizes: readonly number[], signal: AbortSignal): Promise<readonly FoundFile[]>;
  close(): Promise<void>;
}

export interface ScanAsk {
  readonly store: StoreKind;
  /** Absolute. */
  readonly root: string;
  /** Ask the disk for everything, whatever is remembered. */
  readonly afresh?: boolean;
  /** For weights whose format nothing tells. */
  readonly fallbackFormat?: string;
  /** Of ComfyUI: further files that name model folders. */
  readonly extraPaths?: readonly string[];
  /** Of InvokeAI: its database and its models, where a person named them; absolute. */
  readonly database?: string;
  readonly models?: string;
}

/** At most four a second. */
export interface ScanProgress {
  readonly folders: number;
  readonly files: number;
  readonly models: number;
}
