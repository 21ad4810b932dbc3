import { constants } from "node:fs";
import { type FileHandle, copyFile, link, lstat, open, rename, rmdir, stat, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PartialFile, PartialFiles } from "../ports/partial-files.ts";
import { fault } from "../util/faults.ts";
import { createFolderSync } from "./folder-sync.ts";
import { asWriteFault } from "./node-files.ts";

const PIECE = 2 ** 20;

/** Of the owner of the data folder these are written for. */
export interface PartialGuard {
  /** Throws once another owns; asked before each deed. */
  readonly fence: () => void;
  /** An earlier owner may still be writing into the files it has open. */
  readonly late: boolean;
}

const UNGUARDED: PartialGuard = { fence: () => undefined, late: false };

/** @param writeSome as `FileHandle.writev`: what it says it wrote is what was written; replaceable, so that short writes can be had */
export function createPartialFiles(
  writeSome: WriteSome = writeHandle,
  { fence, late }: PartialGuard = UNGUARDED,
): PartialFiles {
  /** The files that are ours, by path: what has the path later may be another's. */
  const inodes = new Map<string, number>();
  const syncFolder = createFolderSync();
  return {
    open: async (file) => {
      fence();
      if (late && !inodes.has(file)) await named(file, makeFresh(file));
      const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
      let handle = await named(file, open(file, flags, 0o666));
      if ((await handle.stat()).nlink > 1) {
        // Killed right when it got its name, or kept by a backup: what is written must not show under that one.
        await handle.close();
        await named(file, makeFresh(file));
        handle = await named(file, open(file, flags, 0o666));
      }
      inodes.set(file, (await handle.stat()).ino);
      return partialFile(file, handle, writeSome, fence);
    },
    note: async (file, text) => {
      fence();
      await writeFile(file, text, { flag: "wx" }).catch(async (error: unknown) => {
        if (codeOf(error) !== "EEXIST") throw await asWriteFault(file, text.length, error);
      });
    },
    async *read(file, signal) {
      const handle = await named(file, open(file, "r"));
      try {
        for (;;) {
          signal.throwIfAborted();
          const { buffer, bytesRead } = await named(file, handle.read(Buffer.allocUnsafe(PIECE), 0, PIECE));
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    },
    publish: async (partial, name, { replace }) => {
      fence();
      await named(name, replace ? rename(partial, name) : nameOnce(partial, name));
      await refuseOthers(partial, name, inodes.get(partial));
      await syncFolder(path.dirname(name));
    },
    rename: async (from, to) => {
      fence();
      await named(to, rename(from, to));
      await syncFolder(path.dirname(to));
    },
    removeEmptyFolder: async (folder) => {
      fence();
      // Anything in it, or gone already: both are fine.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/**
 * The same bytes in a file of its own: what a late owner still writes goes into the old one, which nobody reads; and what
 * we write does not go into a file that goes by another name too.
 * Volumes that can share the bytes do so.
 */
async function makeFresh(file: string): Promise<void> {
  const facts = await lstat(file).catch(() => undefined);
  if (!facts?.isFile()) return;
  const fresh = `${file}.fresh`;
  try {
    await copyFile(file, fresh, constants.COPYFILE_FICLONE);
    await rename(fresh, file);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    throw error;
  }
}

/** Where we were superseded in that very moment, what we named is the successor's, and not whole: it gets its file back. */
async function refuseOthers(partial: string, name: string, inode: number | undefined): Promise<void> {
  if (inode === undefined || (await lstat(name)).ino === inode) return;
  await rename(name, partial);
  throw fault({ code: "ownerGone" });
}

type WriteSome = (handle: FileHandle, chunks: readonly Uint8Array[], at: number) => Promise<number>;

const writeHandle: WriteSome = async (handle, chunks, at) => {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1
    ? (await handle.write(only, 0, only.length, at)).bytesWritten
    : (await handle.writev(chunks.slice(0, MOST_AT_ONCE), at)).bytesWritten;
};

/** Pieces one call takes: IOV_MAX of Linux. */
const MOST_AT_ONCE = 1024;

/** What is left after so many bytes of them. */
function after(chunks: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  for (const [index, chunk] of chunks.entries()) {
    if (left < chunk.length) return [chunk.subarray(left), ...chunks.slice(index + 1)];
    left -= chunk.length;
  }
  return [];
}

function partialFile(file: string, handle: FileHandle, writeSome: WriteSome, fence: () => void): PartialFile {
  return {
    size: async () => (await handle.stat()).size,
    read: async (from, length) => {
      const { buffer, bytesRead } = await named(file, handle.read(Buffer.allocUnsafe(length), 0, length, from));
      return buffer.subarray(0, bytesRead);
    },
    write: async (at, chunks) => {
      fence();
      let from = at;
      try {
        // The system may take less than it was given.
        for (let left = chunks.filter((one) => one.length > 0); left.length > 0;) {
          const count = await writeSome(handle, left, from);
          from += count;
          left = [...after(left, count)];
        }
      } catch (error) {
        throw await asWriteFault(file, chunks.reduce((sum, one) => sum + one.length, 0) - (from - at), error);
      }
    },
    truncate: async (length) => {
      fence();
      await named(file, handle.truncate(length));
    },
    sync: async () => {
      try {
        await handle.datasync();
      } catch (error) {
        throw await asWriteFault(file, 0, error);
      }
    },
    close: () => handle.close(),
  };
}

/** A link fails where the name is taken, which a rename does not. Volumes without links get a look and a rename. */
async function nameOnce(partial: string, name: string): Promise<void> {
  try {
    await link(partial, name);
  } catch (error) {
    const taken = await stat(name).then(
      () => true,
      () => codeOf(error) === "EEXIST",
    );
    if (taken) throw fault({ code: "exists", what: "file", name }, error);
    await rename(partial, name);
    return;
  }
  await unlink(partial);
}

async function named<T>(file: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw codeOf(error) === "ELOOP"
      ? fault({ code: "fileUnreadable", path: file, reason: "it is a link" }, error)
      : await asWriteFault(file, 0, error);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
