import type { ModelShape } from "../identify/shape.ts";
import type { Edit, Row } from "../ports/database.ts";
import type { Characteristic, Entry, EntryFile } from "../protocol/models.ts";

/** An entry as its maker knows it; what is not said is empty. */
export type NewEntry = Pick<Entry, "displayName" | "family" | "backend" | "proof"> &
  Partial<
    Pick<
      Entry,
      | "format"
      | "quantization"
      | "path"
      | "location"
      | "sizeBytes"
      | "source"
      | "downloadedAt"
      | "capabilities"
      | "aliases"
      | "servedModelId"
      | "preview"
    >
  > & {
    readonly shape?: ModelShape;
    readonly description?: string;
    /** Fields beside ours; one that the entry has already stays. */
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly files: readonly (EntryFile & { readonly modified?: number; readonly identity?: string })[];
    readonly characteristics: readonly Characteristic[];
    /** Columns of a known entry of this name that stay as they are. */
    readonly kept?: Row;
  };

/** Names an entry as operations.md says and gives the edits that put it, its files and characteristics in the discovered layer. */
export type EntryEdits = (entry: NewEntry) => { readonly name: string; readonly edits: readonly Edit[] };
