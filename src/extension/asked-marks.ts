import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Who asked for which download, as far as that window still lives: all windows of one machine read the same folder. */
export interface AskedMarks {
  readonly mark: (ids: readonly string[]) => Promise<void>;
  /** Some other window that is still there asked for it, and tells of it. */
  readonly elsewhere: (id: string) => Promise<boolean>;
  readonly forget: (id: string) => Promise<void>;
}

/** @param folder absolute, its own */
export function createAskedMarks(folder: string, pid: number, lives: (pid: number) => boolean): AskedMarks {
  const fileOf = (id: string): string => path.join(folder, encodeURIComponent(id));
  return {
    mark: async (ids) => {
      await mkdir(folder, { recursive: true });
      for (const id of ids) await writeFile(fileOf(id), String(pid));
    },
    elsewhere: async (id) => {
      const text = await readFile(fileOf(id), "utf8").catch(() => "");
      const asker = Number(text);
      return Number.isSafeInteger(asker) && asker > 0 && asker !== pid && lives(asker);
    },
    forget: (id) => rm(fileOf(id), { force: true }),
  };
}

/** A process that is another person's lives, too; its id may be a later one's, and then nobody tells. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
