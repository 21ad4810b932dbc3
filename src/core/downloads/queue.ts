import type { Download, DownloadState } from "../protocol/downloads.ts";
import type { MoveTo } from "../tasks/move.ts";
import type { Event } from "../util/events.ts";

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
  readonly force?: boolean | undefined;
  /** Lower goes first; 0 unless told. */
  readonly priority?: number | undefined;
  readonly paused?: boolean | undefined;
}

export interface DownloadQueue {
  /** One id for each entry-to-be. Resolves once they are on the disk to stay. */
  add(request: DownloadRequest, signal: AbortSignal): Promise<readonly string[]>;
  /** In the order they will run; ended ones after them, newest first. */
  list(filter: { readonly state?: DownloadState | undefined }): readonly Download[];
  pause(selection: Selection): Promise<readonly string[]>;
  resume(selection: Selection): Promise<readonly string[]>;
  /** Removes partial files too. */
  cancel(selection: Selection): Promise<readonly string[]>;
  /** What failed or was cancelled goes back into the queue. */
  retry(selection: Selection): Promise<readonly string[]>;
  /** Ended ones leave the list for good; of a failed one its partial files go too. Entries stay. */
  remove(selection: Selection): Promise<readonly string[]>;
  /** Survives a restart. What runs goes on; its next file comes in the new order. @throws FaultError `badArguments` for an ended one */
  move(id: string, to: MoveTo): Promise<void>;
  /** A state changed, or one came or went. */
  readonly onChange: Event<void>;
  /** Bytes moved; at most four times a second. */
  readonly onProgress: Event<void>;
  /** Stops all work where it stands; what was fetched is kept for the next start. */
  close(): Promise<void>;
}

/** Ids that are not there are a `notFound`; ids whose state does not allow the deed are left out of the answer. */
export type Selection = { readonly ids: readonly string[] } | { readonly all: true };
