export const downloadStates = ["queued", "running", "paused", "verifying", "done", "failed", "cancelled"] as const;
export type DownloadState = (typeof downloadStates)[number];

/** A fault in words: what every door shows of an error. */
export interface Trouble {
  /** A fault's code, or `unexpected`. */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  /** What to do about it, one sentence; absent where nothing helps. */
  readonly remedy?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface DownloadFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly doneBytes: number;
  readonly state: DownloadState;
}

/** One set of files that becomes one entry. */
export interface Download {
  readonly id: string;
  /** `owner/repo`. */
  readonly model: string;
  /** The commit. */
  readonly revision: string;
  /** `Q4_K_M`, or the name of the one file, or a count of files. */
  readonly variant: string;
  readonly state: DownloadState;
  /** Lower goes first. */
  readonly priority: number;
  readonly files: readonly DownloadFile[];
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Smoothed; 0 while nothing moves. */
  readonly bytesPerSecond: number;
  /** null while unknown. */
  readonly etaSeconds: number | null;
  readonly location: string;
  /** Absolute: where the files go. */
  readonly folder: string;
  readonly addedAt: string;
  readonly finishedAt?: string;
  /** The entry it became. */
  readonly entry?: string;
  /** Why it failed, or why it waits. */
  readonly reason?: Trouble;
}
