import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Replaces a file whole: after a kill or a power cut there is the old content or the new, never a mix or nothing.
 * Write all → fsync → rename → fsync of the folder. Makes the folder. Throws what Node throws (ENOSPC, EACCES, …);
 * the old file is untouched then and no temporary one stays.
 * @param mode of the new file, 0600 unless told
 */
export async function durableReplace(file: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  // Neither the process nor a count tells apart what threads write, or what a killed process of the same id has left.
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID().slice(0, 8)}.new`);
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await writeAll(handle, typeof content === "string" ? Buffer.from(content) : content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameStubbornly(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Writes every byte: one write may take fewer than it was given, on a full disk above all. */
export async function writeAll(handle: FileHandle, content: Uint8Array, position?: number): Promise<void> {
  for (let done = 0; done < content.length;) {
    const at = position === undefined ? null : position + done;
    const { bytesWritten } = await handle.write(content, done, content.length - done, at);
    if (bytesWritten === 0) throw Object.assign(new Error("the disk took no byte"), { code: "ENOSPC" });
    done += bytesWritten;
  }
}

/** Makes a rename or a removal in the folder last. Windows has no such thing, and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** On Windows a virus scanner or an indexer may hold either file for a moment. */
export async function renameStubbornly(from: string, to: string): Promise<void> {
  for (let delay = 10; ; delay *= 2) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      const held = code === "EPERM" || code === "EACCES" || code === "EBUSY";
      if (process.platform !== "win32" || !held || delay > 10_000) throw error;
      await sleep(delay);
    }
  }
}
