import type { Event } from "../util/events.ts";

/**
 * A durable set of tables. A row is a flat record; every table has one text key, named by the schema.
 * The adapter lives in a worker: rows cross a thread, so ask for pages.
 */
export interface Database {
  /**
   * One transaction. Resolves once it is on the disk to stay (journal appended and synced), with what it changed.
   * Rejects with `stale` where an edit's `basis` differs from the row that is there; nothing is changed then.
   */
  commit(edits: readonly Edit[]): Promise<Commit>;
  /** Reads; sees every commit that was acknowledged before. `statement` is SQL of SQLite. */
  query(statement: string, parameters?: readonly Value[]): Promise<readonly Row[]>;
  /** What lay beside the snapshot that was opened; undefined where nothing of exactly that does. */
  prepared(): Promise<Prepared | undefined>;
  /** What was found when it was opened; constant but for `onRevised`. */
  readonly opened: OpenReport;
  /**
   * What was answered until now came from beside a snapshot that turned out damaged: an older one was opened with the
   * journals after it, `opened` says so now, and everything may be otherwise. At most once, before the first commit.
   */
  readonly onRevised: Event<OpenReport>;
  /** Takes a last snapshot and ends. */
  close(): Promise<void>;
}

/** All that lists show, as it was packed for the snapshot that was opened (registry/pack-listing.ts). */
export interface Prepared {
  readonly listing: Uint8Array<ArrayBuffer>;
  /** Names of entries that commits after that snapshot spoke of, whether these were read or made. */
  readonly moved: readonly string[];
}

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Edit {
  readonly table: string;
  readonly key: string;
  /** The whole row; null deletes it. Absent columns become null. */
  readonly after: Row | null;
  /** The row the edit was made from; null: there was none. Left out: no check. */
  readonly basis?: Row | null;
}

/** A row image: journal line, event, history and undo are all made of it. null: no such row. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

export interface Commit {
  /** Grows by one with each commit, over all generations. */
  readonly sequence: number;
  /** Edits that changed nothing are left out. */
  readonly changes: Changes;
}

/** `many`: of a commit of thousands of edits, which nobody wants to hear one by one. Whoever remembers rows reads them again. */
export type Changes = readonly Change[] | "many";

export interface OpenReport {
  /** The generation of this owner, above all earlier ones. */
  readonly generation: number;
  /** True only where the folder held no trace of an earlier registry. */
  readonly fresh: boolean;
  /** Files that did not check out, under the names they are kept as, with the reason. A torn last line is no problem. */
  readonly setAside: readonly { readonly path: string; readonly reason: string }[];
}
