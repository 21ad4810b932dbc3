import type { Provider } from "./hub.ts";

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
  /** Absolute: what it is called on the disk, where that is not its path below the download's folder. */
  readonly target?: string;
  readonly sizeBytes: number;
  readonly doneBytes: number;
  readonly state: DownloadState;
  /** Connections that bring bytes at the moment. */
  readonly connections?: number;
  /** The bytes were here: where they came from. */
  readonly reusedFrom?: string;
}

/** How bytes that are here already get their new name. */
export const reuseWays = ["clone", "hard", "symbolic", "copy"] as const;
export type ReuseWay = (typeof reuseWays)[number];

/**
 * One file of a request before anything is done: `here`: the right bytes have the name already; `linkable`: they are on
 * this machine, proven; `likely`: a file of the same size may hold them, and is hashed before it counts.
 */
export interface PreviewFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Absolute. */
  readonly target: string;
  readonly state: "here" | "linkable" | "likely" | "missing";
  /** Where the bytes are, and the ways the volumes allow, best first; with why others are not. */
  readonly from?: { readonly path: string; readonly ways: readonly ReuseWay[]; readonly refused: readonly string[] };
  readonly warning?: string;
}

/** What `downloads.add` with the same arguments would do. */
export interface DownloadPreview {
  readonly model: string;
  readonly sets: readonly {
    readonly variant: string;
    readonly files: readonly PreviewFile[];
    readonly bytesTotal: number;
    /** What is left to fetch. */
    readonly bytesToFetch: number;
    /** The entry that holds all of it already. */
    readonly entry?: string;
    /** The download in the queue that does the same. */
    readonly joins?: string;
  }[];
  readonly folder: string;
  /** On the volume; and what the queue and the reserve already speak for. */
  readonly freeBytes: number;
  readonly spokenForBytes: number;
  /** The line that does the same in a terminal. */
  readonly command: string;
}

/** The queue as a whole. */
export interface QueueStatus {
  readonly counts: Readonly<Record<DownloadState, number>>;
  /** Of all that run. */
  readonly bytesPerSecond: number;
  /** Of what is queued and running; null while unknown. */
  readonly etaSeconds: number | null;
  readonly limit: number | null;
  /** When the schedule lets it go on; absent: now. */
  readonly closedUntil?: string;
  /** By location; null while its disk has not answered. */
  readonly free: readonly { readonly location: string; readonly path: string; readonly freeBytes: number | null }[];
}

/**
 * What moves of one download: bytes done, bytes per second, seconds left; and of its files that moved their place in
 * `files`, bytes done and connections, 0 for none told.
 */
export type MovedDownload = readonly [
  id: string,
  bytesDone: number,
  bytesPerSecond: number,
  etaSeconds: number | null,
  files: readonly (readonly [at: number, doneBytes: number, connections: number])[],
];

/**
 * What became another in the queue since it was told last, as it is now. Tellings are counted: to whoever has all up to
 * `from`, or more, this adds all up to `to`.
 */
export interface QueueChange {
  readonly from: number;
  readonly to: number;
  /** Ids of all; absent where none came, went or changed its place. */
  readonly order?: readonly string[];
  /** New ones, and those of which more changed than figures. */
  readonly rows: readonly Download[];
  readonly moved: readonly MovedDownload[];
  readonly queue: QueueStatus;
}

/** One set of files that becomes one entry. */
export interface Download {
  readonly id: string;
  readonly provider: Provider;
  /** As `HubAnalysis.repository`. */
  readonly model: string;
  /** What people call it, where that is not `model`. */
  readonly title?: string;
  /** As `HubAnalysis.commit`. */
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
