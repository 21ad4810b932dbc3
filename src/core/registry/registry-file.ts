import type { Row } from "../ports/database.ts";
import type { PersonFields } from "./person-fields.ts";

/** An entry of a registry file (docs/registry-file.md); what the file does not tell is left out. */
export interface FiledEntry {
  readonly name: string;
  /** Columns of the entry that are no person's. */
  readonly facts: Row;
  readonly said: Partial<PersonFields>;
  readonly files: readonly FiledFile[];
  /** An object as JSON: its own metadata, and every field that has no column. */
  readonly metadata: string;
}

export interface FiledFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
}

/**
 * Reads a whole file of entries without holding the loop; names are unique.
 * Rejects with `notFound`, `fileUnreadable` (over 100 MB too), and `configInvalid` naming the entry that does not fit.
 */
export type ReadRegistry = (path: string, signal: AbortSignal) => Promise<readonly FiledEntry[]>;

/** Fields of the documented form that have no column: they stand in the metadata, and are lifted out of it again. */
export const LIFTED = ["download_directory_checksum", "download_files"] as const;
