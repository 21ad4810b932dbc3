import type { FolderItem } from "./files.ts";

/** Looks at what lies on the disk without following a link. Paths are absolute. Rejects with `fileUnreadable`. */
export interface DiskLook {
  /** What lies at the path itself, be it a link; undefined where nothing does. */
  look(path: string): Promise<DiskItem | undefined>;
  /** The same of many, in their order; what cannot be looked at is told so and stops nothing. Rejects when it is cancelled. */
  lookAtAll(paths: readonly string[], signal: AbortSignal): Promise<readonly Looked[]>;
  /**
   * Whether anything is at each path, links followed, in their order; what cannot be looked at is not there. undefined
   * where the disk does not answer: what it says once it does is told to `late`, if ever.
   */
  areThere(
    paths: readonly string[],
    late: (there: readonly (boolean | undefined)[]) => void,
  ): Promise<readonly (boolean | undefined)[]>;
  /** Names with their kind, in no order; undefined where there is no such folder. A link to a folder is followed. */
  list(folder: string): Promise<readonly FolderItem[] | undefined>;
  /** The path with every link resolved; undefined where it, or what it leads to, is absent, or where links run in a circle. */
  resolve(path: string): Promise<string | undefined>;
  /** Where a link leads, one step, absolute; whether anything is there or not. undefined where no link is. */
  target(link: string): Promise<string | undefined>;
  /** Whether this user may put something into the folder. */
  mayWrite(folder: string): Promise<boolean>;
}

export type Looked = DiskItem | { readonly kind: "unreadable"; readonly reason: string } | undefined;

export interface DiskItem {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Whole milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode in one word, as `FileFacts` has it. */
  readonly identity: string;
  /** Names of the same bytes, this one included. */
  readonly names: number;
  readonly device: number;
}
