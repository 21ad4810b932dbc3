import { constants } from "node:fs";
import { access, lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { Stats } from "node:fs";
import type { DiskItem, DiskLook, Looked } from "../ports/disk-look.ts";
import type { FolderItem } from "../ports/files.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { asWriteFault } from "./node-files.ts";

/** As many as Node's threads have something to do with. */
const AT_ONCE = 16;

export const nodeDiskLook: DiskLook = {
  look: async (file) => {
    const found = await unlessAbsent(file, lstat(file));
    if (!found) return undefined;
    return {
      kind: kindOf(found),
      size: found.size,
      modified: Math.floor(found.mtimeMs),
      identity: `${found.dev}:${found.ino}`,
      names: found.nlink,
      device: found.dev,
    };
  },
  lookAtAll: async (paths, signal) => {
    const found: Looked[] = [];
    const todo = paths.entries();
    const one = async (): Promise<void> => {
      for (const [index, file] of todo) {
        signal.throwIfAborted();
        try {
          found[index] = await nodeDiskLook.look(file);
        } catch (error) {
          found[index] = {
            kind: "unreadable",
            reason: isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error),
          };
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, one));
    return found;
  },
  areThere: async (paths) => {
    const there: boolean[] = [];
    const todo = paths.entries();
    const one = async (): Promise<void> => {
      for (const [index, file] of todo)
        there[index] = await stat(file).then(
          () => true,
          () => false,
        );
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, paths.length) }, one));
    return there;
  },
  list: async (folder) => {
    const items = await unlessAbsent(folder, readdir(folder, { withFileTypes: true }));
    return items?.map((item): FolderItem => ({ name: item.name, kind: kindOf(item) }));
  },
  resolve: (file) => unlessAbsent(file, realpath(file)),
  target: async (link) => {
    const told = await unlessAbsent(link, readlink(link).catch(unlessNoLink));
    return told === undefined ? undefined : path.resolve(path.dirname(link), told);
  },
  mayWrite: async (folder) => {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};

export const kindOf = (item: Pick<Stats, "isFile" | "isDirectory" | "isSymbolicLink">): DiskItem["kind"] => {
  if (item.isSymbolicLink()) return "link";
  return item.isFile() ? "file" : item.isDirectory() ? "folder" : "other";
};

function unlessNoLink(error: unknown): undefined {
  if (!(error instanceof Error && "code" in error && error.code === "EINVAL")) throw error;
}

export function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

async function unlessAbsent<T>(file: string, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw await asWriteFault(file, 0, error);
  }
}
