import type { HubFile } from "../protocol/hub.ts";

/** Looks into files of a hub without fetching them. Rejects with the faults of the hub. */
export interface RemoteFiles {
  /** As many bytes as there are from `offset` on, at most `length`. */
  range(file: RemoteFile, offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** A file of a commit. */
export interface RemoteFile extends Pick<HubFile, "path" | "sizeBytes"> {
  /** `owner/repo` */
  readonly repository: string;
  readonly commit: string;
}
