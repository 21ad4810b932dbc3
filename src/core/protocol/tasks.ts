import type { Trouble } from "./downloads.ts";

export const taskKinds = ["download", "scan", "verify", "metadata", "maintenance", "image", "benchmark"] as const;
export type TaskKind = (typeof taskKinds)[number];
export const taskStates = ["queued", "running", "paused", "verifying", "done", "failed", "cancelled"] as const;
export type TaskState = (typeof taskStates)[number];

/** One piece of background work. A download is one too; `downloads.list` tells more of it. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly title: string;
  readonly state: TaskState;
  /** Lower goes first. */
  readonly priority: number;
  /** Of `total`, in the unit the kind counts in; null while unknown. */
  readonly progress: {
    readonly done: number;
    readonly total: number | null;
    readonly unit: "bytes" | "files" | "entries";
  };
  readonly addedAt: string;
  readonly finishedAt?: string;
  readonly reason?: Trouble;
  /** What a finished task has to say, such as a verify report. */
  readonly report?: unknown;
}

export interface FileVerdict {
  readonly entry: string;
  readonly path: string;
  /** `unknown`: there is no digest to compare with. `offline`: its volume is not there. */
  readonly verdict: "ok" | "missing" | "changed" | "unknown" | "offline" | "unreadable";
  readonly expected?: string;
  readonly actual?: string;
  /** True where `expected` and `actual` are of all files of the entry: they are not those it was locked to. */
  readonly drift?: true;
}

export interface VerifyReport {
  /** Every one that is not `ok`, worst first, and the first 200 that are. */
  readonly files: readonly FileVerdict[];
  /** Of all. */
  readonly counts: Readonly<Record<FileVerdict["verdict"], number>>;
  /** That were compared by their digest. */
  readonly bytes: number;
}
