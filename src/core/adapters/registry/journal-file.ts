import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import path from "node:path";

/** A segment that is being written. All calls block: they run in the registry's worker, where nothing else waits. */
export interface JournalFile {
  /**
   * Returns once the lines are on the disk to stay. Throws what Node throws; the file is as before then,
   * or, where not even that could be had, every further append throws until it can.
   */
  append(lines: readonly string[]): void;
  /** The same, but that a power cut may take it until the next append has returned. */
  note(lines: string): void;
  /** Takes back all that is in it. */
  empty(): void;
  /** Bytes in it that count. */
  readonly size: () => number;
  close(): void;
}

/** Creates the segment, which must not exist. */
export function createJournalFile(file: string): JournalFile {
  const descriptor = openSync(file, "wx", 0o600);
  let size = 0;
  let clean = true;
  const cut = (): void => {
    ftruncateSync(descriptor, size);
    fdatasyncSync(descriptor);
    clean = true;
  };
  let named = false;
  const write = (lines: readonly string[], last: boolean): void => {
    if (!clean) cut();
    clean = false;
    let end = size;
    try {
      for (const piece of lines) {
        const content = Buffer.from(piece);
        writeWhole((chunk, at) => writeSync(descriptor, chunk, 0, chunk.length, at), content, end);
        end += content.length;
      }
      if (last) {
        fdatasyncSync(descriptor);
        // Others know it by its name at once; that the name lasts matters from the first line on.
        if (!named) syncFolderNow(path.dirname(file));
        named = true;
      }
    } catch (error) {
      try {
        cut();
      } catch {
        // Tried again before the next append; until then the tail is one nobody was told is done.
      }
      throw error;
    }
    clean = true;
    size = end;
  };
  return {
    size: () => size,
    append: (lines) => write(lines, true),
    note: (lines) => write([lines], false),
    empty: () => {
      size = 0;
      clean = false;
      cut();
    },
    close: () => closeSync(descriptor),
  };
}

/** One write may take fewer bytes than it was given, on a full disk above all. */
export function writeWhole(
  write: (chunk: Uint8Array, position: number) => number,
  content: Uint8Array,
  position: number,
): void {
  for (let done = 0; done < content.length;) {
    const taken = write(content.subarray(done), position + done);
    if (taken === 0) throw Object.assign(new Error("the disk took no byte"), { code: "ENOSPC" });
    done += taken;
  }
}

/** Makes a new name in the folder last. Windows has no such thing, and needs none. */
export function syncFolderNow(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
