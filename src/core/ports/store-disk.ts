import type { FileHead } from "../identify/head.ts";
import type { FoundModel } from "../stores/found.ts";

/**
 * What the readers of stores ask of the disk. It answers at once, because readers run in a thread of their own. Paths are
 * absolute, with slashes. Throws `fileUnreadable` for what may not be read; what is absent is undefined.
 */
export interface StoreDisk {
  /** Sorted by name; links are named as links. Remembered while the folder's time stays. */
  list(folder: string): readonly StoreItem[] | undefined;
  /** Follows links. */
  stat(path: string): StoreFacts | undefined;
  /** The path with every link resolved; undefined where that leads nowhere or in a circle. */
  real(path: string): string | undefined;
  /** Where a link leads, one step, as written. */
  target(link: string): string | undefined;
  /** As UTF-8. Throws `fileUnreadable` over `limit` bytes. */
  text(path: string, limit: number): string | undefined;
  /** The file's header, remembered while size, time and identity stay; a broken one is `kind: "unknown"`, told to `trouble`. */
  head(path: string): FileHead;
  /** A whole small file. */
  bytes(path: string, limit: number): Uint8Array | undefined;
}

export interface StoreItem {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

export interface StoreFacts {
  readonly kind: "file" | "folder" | "other";
  readonly size: number;
  /** Whole milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode in one word. */
  readonly identity: string;
}

/** Rows of another program's database, read without touching it. */
export interface ForeignDatabase {
  /** Of the database with its write-ahead log applied to a copy in memory. @throws FaultError `fileUnreadable`, `formatInvalid`, `busy` while it is written to */
  query(path: string, statement: string): readonly Readonly<Record<string, string | number | null>>[];
}

/** Something that is read at once and remembered at once. */
export interface Reading {
  /** Says all that its answer depends on beside the disk. */
  readonly key: string;
  /** What it finds is what the scan finds, unchanged: where whoever asked has it still, it is not found once more. */
  readonly isAnswer: boolean;
}

/** What a reader of one store is handed. */
export interface StoreSight {
  readonly disk: StoreDisk;
  readonly databases: ForeignDatabase;
  /** Something could not be read or understood; goes on. */
  readonly trouble: (path: string, problem: string) => void;
  /**
   * What `read` found when it last ran for this key, as long as nothing that it asked of `disk` has changed; else it runs.
   * Absent: nothing is remembered.
   */
  readonly remember?: (
    reading: Reading,
    read: () => Iterable<FoundModel | undefined>,
  ) => Iterable<FoundModel | undefined>;
}
