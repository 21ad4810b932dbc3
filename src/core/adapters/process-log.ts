import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { createLineSplitter } from "../serving/logs/split-lines.ts";

const PIECE = 256 * 1024;
/** A log over this size is emptied once it was read: a server may run, and chatter, for weeks. */
const LARGEST = 64 * 2 ** 20;
const TAIL = 64 * 1024;

/**
 * Follows a file that grows, until `ended` and the end of the file, or the signal.
 * @param from `tail`: from the last whole lines of the last 64 kB
 */
export async function followFile(
  file: string,
  from: "start" | "tail",
  onLines: (lines: readonly string[]) => void,
  ended: Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const splitter = createLineSplitter();
  const handle = await open(file, "r+");
  const wake = wakeUps(file, ended, signal);
  try {
    let position = from === "tail" ? await tailStart(handle) : 0;
    const piece = Buffer.allocUnsafe(PIECE);
    while (!signal.aborted) {
      const over = wake.over();
      const { bytesRead } = await handle.read(piece, 0, PIECE, position);
      position += bytesRead;
      const lines = bytesRead > 0 ? splitter.add(piece.subarray(0, bytesRead)) : [];
      if (lines.length > 0 && !signal.aborted) onLines(lines);
      if (bytesRead > 0) {
        wake.heard();
        continue;
      }
      if (over) break;
      // The server appends, so that what it writes next stands at the new start.
      if (position > LARGEST && (await handle.stat()).size === position) {
        await handle.truncate(0);
        position = 0;
      }
      await wake.next();
    }
    const rest = splitter.end();
    if (rest.length > 0 && !signal.aborted) onLines(rest);
  } finally {
    wake.close();
    await handle.close();
  }
}

/** Milliseconds between two looks at a log that nothing tells of: soon after it said something, and ever more seldom. */
const LOOKS = { first: 1000, longest: 15_000 };

/** Told by the system where it can, and by looking now and then, as it cannot on every file system. */
function wakeUps(file: string, ended: Promise<unknown>, signal: AbortSignal) {
  let over = false;
  let missed = false;
  let resume: (() => void) | undefined;
  const wake = (): void => {
    missed = true;
    resume?.();
  };
  const watcher = watched(file, wake);
  let delay = LOOKS.first;
  let timer: NodeJS.Timeout;
  const lookLater = (): void => {
    timer = setTimeout(() => {
      delay = Math.min(LOOKS.longest, delay * 2);
      lookLater();
      wake();
    }, delay).unref();
  };
  lookLater();
  signal.addEventListener("abort", wake);
  const end = (): void => {
    over = true;
    wake();
  };
  ended.then(end, end);
  return {
    over: () => over,
    /** It said something. */
    heard: (): void => {
      if (delay === LOOKS.first) return;
      delay = LOOKS.first;
      clearTimeout(timer);
      lookLater();
    },
    next: async (): Promise<void> => {
      if (!missed) await new Promise<void>((resolve) => (resume = resolve));
      missed = false;
    },
    close: () => {
      watcher?.close();
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
    },
  };
}

/** undefined where the system watches no more files for this user. */
function watched(file: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(file, onChange).on("error", () => undefined);
  } catch {
    return undefined;
  }
}

async function tailStart(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  if (size <= TAIL) return 0;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL), 0, TAIL, size - TAIL);
  return size - TAIL + buffer.subarray(0, bytesRead).indexOf(0x0a) + 1;
}

const KEPT_LOGS = 5;

/** Opens a new log for appending, for no one else to read, and lets the oldest of the others go. */
export async function openLog(file: string, inUse: ReadonlySet<string>): Promise<FileHandle> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const logs = (await readdir(folder))
    .filter((name) => name.endsWith(".log"))
    .map((name) => path.join(folder, name))
    .filter((log) => !inUse.has(log));
  const dated = await Promise.all(
    logs.map(async (log) => ({ log, at: (await stat(log).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  for (const { log } of dated.sort((a, b) => b.at - a.at).slice(KEPT_LOGS)) await rm(log, { force: true });
  return open(file, "a", 0o600);
}
