import { constants } from "node:fs";
import { type FileHandle, link, open, rename, rmdir, stat, unlink } from "node:fs/promises";
import path from "node:path";
import type { PartialFile, PartialFiles } from "../ports/partial-files.ts";
import { fault } from "../util/faults.ts";
import { asWriteFault } from "./node-files.ts";

const PIECE = 2 ** 20;

/** @param writeSome as `FileHandle.write`: what it says it wrote is what was written; replaceable, so that short writes can be had */
export const createPartialFiles = (writeSome: WriteSome = writeHandle): PartialFiles => ({
  open: async (file) => {
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    return partialFile(file, await named(file, open(file, flags, 0o666)), writeSome);
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
    await named(name, replace ? rename(partial, name) : nameOnce(partial, name));
    await syncFolder(path.dirname(name));
  },
  rename: async (from, to) => {
    await named(to, rename(from, to));
    await syncFolder(path.dirname(to));
  },
  removeEmptyFolder: async (folder) => {
    // Anything in it, or gone already: both are fine.
    await rmdir(folder).catch(() => undefined);
  },
});

type WriteSome = (handle: FileHandle, chunk: Uint8Array, at: number) => Promise<number>;

const writeHandle: WriteSome = async (handle, chunk, at) =>
  (await handle.write(chunk, 0, chunk.length, at)).bytesWritten;

function partialFile(file: string, handle: FileHandle, writeSome: WriteSome): PartialFile {
  return {
    size: async () => (await handle.stat()).size,
    read: async (from, length) => {
      const { buffer, bytesRead } = await named(file, handle.read(Buffer.allocUnsafe(length), 0, length, from));
      return buffer.subarray(0, bytesRead);
    },
    write: async (at, chunk) => {
      try {
        // The system may take less than it was given.
        for (let done = 0; done < chunk.length;) done += await writeSome(handle, chunk.subarray(done), at + done);
      } catch (error) {
        throw await asWriteFault(file, chunk.length, error);
      }
    },
    truncate: (length) => named(file, handle.truncate(length)),
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

/** Windows cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
