import type { Download, DownloadPreview, DownloadState, QueueStatus, ReuseWay } from "../protocol/downloads.ts";
import type { MoveTo } from "../tasks/move.ts";
import type { Event } from "../util/events.ts";
import type { FreeAnswer } from "./free-space.ts";
import type { QueueChanges } from "./queue-change.ts";

export interface DownloadRequest {
  readonly model: string;
  readonly revision?: string | undefined;
  /** Paths inside the repository; wins over formats and quantizations. */
  readonly files?: readonly string[] | undefined;
  readonly formats?: readonly string[] | undefined;
  readonly quantizations?: readonly string[] | undefined;
  readonly location?: string | undefined;
  /** Absolute; in place of a location. */
  readonly folder?: string | undefined;
  readonly subfolder?: string | undefined;
  /** `owner/repo`: its configuration and tokenizer come too, where the model's own has none. */
  readonly supportRepo?: string | undefined;
  /** Absolute folders that get a link to each finished file. */
  readonly linkOut?: readonly string[] | undefined;
  /** Files of no use to programs come too. */
  readonly includeOptional?: boolean | undefined;
  /** What is done with proven bytes that are on this machine: `auto` (the default) takes the best way the volumes allow but a symbolic link; `none` fetches. */
  readonly reuse?: ReuseWay | "auto" | "none" | undefined;
  /** What a direct address is expected to bring, 64 hex digits. */
  readonly sha256?: string | undefined;
  readonly force?: boolean | undefined;
  /** Lower goes first; 0 unless told. */
  readonly priority?: number | undefined;
  readonly paused?: boolean | undefined;
}

export interface DownloadQueue {
  /** One id for each entry-to-be. Resolves once they are on the disk to stay. */
  add(request: DownloadRequest, signal: AbortSignal): Promise<readonly string[]>;
  /** What `add` would do; changes nothing. Files that may hold the bytes are hashed only where `prove` says so. */
  preview(
    request: DownloadRequest,
    options: { readonly prove: boolean },
    signal: AbortSignal,
  ): Promise<DownloadPreview>;
  /** Disks are asked what is free, and waited for a moment. */
  status(): Promise<QueueStatus>;
  /** The same at once, with what is known of the disks. */
  summary(): QueueStatus;
  /** What is free on the disks of the paths, in their order. */
  freeSpace(paths: readonly string[]): Promise<readonly FreeAnswer[]>;
  /** Where that comes from which has not ended. */
  hosts(): readonly QueueHost[];
  /** Over all connections, from now on; null: none. Kept until it is changed again, also over a restart. */
  limit(bytesPerSecond: number | null): Promise<void>;
  /** In the order they will run; ended ones after them, newest first. */
  list(filter: { readonly state?: DownloadState | undefined }): readonly Download[];
  pause(selection: Selection): Promise<readonly string[]>;
  /** Where the schedule is closed, also what waits for it: it works until the schedule opens, and from then on as all do. */
  resume(selection: Selection): Promise<readonly string[]>;
  /** Removes partial files too. */
  cancel(selection: Selection): Promise<readonly string[]>;
  /** What failed or was cancelled goes back into the queue. */
  retry(selection: Selection): Promise<readonly string[]>;
  /** Ended ones leave the list for good; of a failed one its partial files go too. Entries stay. */
  remove(selection: Selection): Promise<readonly string[]>;
  /** Survives a restart. What runs goes on; its next file comes in the new order. @throws FaultError `badArguments` for an ended one */
  move(id: string, to: MoveTo): Promise<void>;
  /** For the one who tells the others. */
  readonly changes: QueueChanges;
  /** A state changed, or one came or went. */
  readonly onChange: Event<void>;
  /** Bytes moved; at most four times a second. */
  readonly onProgress: Event<void>;
  /** Stops all work where it stands; what was fetched is kept for the next start. */
  close(): Promise<void>;
}

export interface QueueHost {
  readonly host: string;
  /** ISO: it does not answer at all, and is asked again then. */
  readonly askedAgain?: string;
}

/** Ids that are not there are a `notFound`; ids whose state does not allow the deed are left out of the answer. */
export type Selection = { readonly ids: readonly string[] } | { readonly all: true };
