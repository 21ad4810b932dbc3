import { mkdir, readFile, readdir, realpath, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import type { FileFacts, Files, FolderItem } from "../ports/files.ts";
import { fault, reasonOf } from "../util/faults.ts";
import { type Bytes, bytes } from "../util/ids.ts";
import { durableReplace } from "./durable-replace.ts";

export const nodeFiles: Files = {
  stat: async (file) => {
    const found = await unlessAbsent(stat(file));
    if (!found) return undefined;
    return {
      kind: kindOf(found),
      size: bytes(found.size),
      modified: Math.floor(found.mtimeMs),
      identity: `${found.dev}:${found.ino}`,
    } satisfies FileFacts;
  },
  list: async (folder) => {
    const items = await unlessAbsent(readdir(folder, { withFileTypes: true }));
    return items?.map((item): FolderItem => ({
      name: item.name,
      kind: item.isSymbolicLink() ? "link" : kindOf(item),
    }));
  },
  readText: async (file, limit) => (await readWhole(file, limit))?.toString("utf8"),
  readBytes: readWhole,
  replace: async (file, content) => {
    try {
      await durableReplace(file, content);
    } catch (error) {
      throw await asWriteFault(file, typeof content === "string" ? Buffer.byteLength(content) : content.length, error);
    }
  },
  makeFolder: async (folder) => {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw await asWriteFault(folder, 4096, error);
    }
  },
  remove: (file) => rm(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  resolve: (file) => unlessAbsent(realpath(file)),
  freeSpace: async (file) => {
    for (let folder = file; ; folder = path.dirname(folder)) {
      const volume = await unlessAbsent(statfs(folder));
      if (volume) return bytes(volume.bavail * volume.bsize);
      if (folder === path.dirname(folder)) return bytes(0);
    }
  },
};

/** ENOSPC and quotas as `diskFull`, the rest as `fileUnreadable`; what is a fault already stays as it is. */
export async function asWriteFault(file: string, needed: number, error: unknown): Promise<Error> {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    const free = await nodeFiles.freeSpace(file).catch(() => bytes(0));
    return fault({ code: "diskFull", path: path.dirname(file), needed: bytes(needed), free }, error);
  }
  return asUnreadable(file, error);
}

export function asUnreadable(file: string, error: unknown): Error {
  if (error instanceof Error && error.name === "FaultError") return error;
  return fault({ code: "fileUnreadable", path: file, reason: systemReason(error) }, error);
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the volume is read-only",
  EIO: "the disk reports an error",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
};

const systemReason = (error: unknown): string => SYSTEM_REASONS[codeOf(error) ?? ""] ?? reasonOf(error);

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return undefined;
    throw error;
  }
}

const kindOf = (item: { isFile(): boolean; isDirectory(): boolean }): "file" | "folder" | "other" =>
  item.isFile() ? "file" : item.isDirectory() ? "folder" : "other";

async function readWhole(file: string, limit: Bytes): Promise<Buffer | undefined> {
  try {
    const found = await unlessAbsent(stat(file));
    if (!found) return undefined;
    if (found.size > limit) {
      throw fault({ code: "fileUnreadable", path: file, reason: `it holds ${found.size} bytes, over ${limit}` });
    }
    return await unlessAbsent(readFile(file));
  } catch (error) {
    throw asUnreadable(file, error);
  }
}
