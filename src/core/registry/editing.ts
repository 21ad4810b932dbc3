import type { EntryPatch, ExportCounts, ImportCounts, RoleAnswer } from "../protocol/editing.ts";
import type { EntryDetails } from "../protocol/models.ts";

/** Changes to entries by a person's hand. Each is one undoable piece of history. */
export interface Editing {
  /**
   * An edit makes the entry curated. @param basis the `basis` of the entry the edit was made from; where another change
   * came in between: `stale`, nothing is changed. @throws FaultError `locked` for a locked entry, but for `locked: false`
   */
  edit(name: string, patch: EntryPatch, basis: string | undefined, signal: AbortSignal): Promise<EntryDetails>;
  /** Copies a discovered entry into the curated layer, without its volatile fields. */
  promote(name: string, signal: AbortSignal): Promise<EntryDetails>;
  /** A JSON array of entries, as operations.md. @throws FaultError naming the entry; nothing is changed then */
  importFrom(path: string, signal: AbortSignal): Promise<ImportCounts>;
  exportTo(
    path: string,
    format: "json" | "csv",
    filter: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ExportCounts>;
  resolveRole(role: string): Promise<RoleAnswer>;
}
