import type { Bytes } from "../util/ids.ts";

/** Everything here takes absolute paths. What is absent is `undefined`, not an exception. */
export interface Files {
  /** Follows links. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** Names with their kind, in no order; undefined where the folder is absent. */
  list(folder: string): Promise<readonly FolderItem[] | undefined>;
  /** The whole text as UTF-8; undefined where absent. Throws `fileUnreadable` over `limit` bytes. */
  readText(path: string, limit: Bytes): Promise<string | undefined>;
  /** The whole content; undefined where absent. Throws `fileUnreadable` over `limit` bytes. */
  readBytes(path: string, limit: Bytes): Promise<Uint8Array | undefined>;
  /** Replaces the file whole and durably: write all, fsync, rename, fsync of the folder. Makes the folder. */
  replace(path: string, content: string | Uint8Array): Promise<void>;
  /** With its parents; idempotent. */
  makeFolder(path: string): Promise<void>;
  /** The file, or the folder with all in it; idempotent. */
  remove(path: string): Promise<void>;
  /** The path with every link resolved; undefined where it, or what it points to, is absent. */
  resolve(path: string): Promise<string | undefined>;
  /** Free for this user on the volume that holds the nearest existing parent. */
  freeSpace(path: string): Promise<Bytes>;
}

export interface FileFacts {
  readonly kind: "file" | "folder" | "other";
  readonly size: Bytes;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode in one word: equal for two names of the same bytes. */
  readonly identity: string;
}

export interface FolderItem {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}
