import type { Place } from "../protocol/models.ts";
import type { FoundFile } from "../stores/found.ts";

/**
 * Every place of the same bytes. A place counts once its digest is known for the file as it is now: recorded by us, or
 * hashed; equal name or size alone never counts.
 */
export interface ContentIndex {
  /** Other places of an entry's files, from digests that are known; hashes nothing. */
  places(entry: string, signal: AbortSignal): Promise<readonly Place[]>;
  /** Files on this machine that may hold these bytes, likely ones first: by recorded digest, by source, by size. Unproven. */
  candidates(wanted: Wanted, signal: AbortSignal): Promise<readonly FoundFile[]>;
  /** The digest that is known for each file as it is now; what was never hashed, or has changed since, is absent. Hashes nothing. */
  known(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /**
   * True where the file's bytes have this digest: hashed now, or remembered from when it was as it is.
   * @param onHashed bytes of it read so far, where it is hashed
   */
  prove(path: string, sha256: string, signal: AbortSignal, onHashed?: (bytes: number) => void): Promise<boolean>;
}

export interface Wanted {
  readonly sizeBytes: number;
  readonly sha256?: string;
  /** As `owner/repo` and the path in it. */
  readonly source?: { readonly reference: string; readonly path: string };
}
