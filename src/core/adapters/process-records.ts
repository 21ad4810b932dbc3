import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { durableReplace } from "./durable-replace.ts";

/** What a later start needs to find a server again, and to know it from a stranger of the same number. */
const processRecord = v.object({
  id: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** See `startMark`. */
  mark: v.string(),
  port: v.number(),
  labels: v.record(v.string(), v.string()),
  log: v.string(),
  startedAt: v.number(),
});
export type ProcessRecord = Readonly<v.InferOutput<typeof processRecord>>;

/** One file for each server, for no one else to read. */
export interface ProcessRecords {
  write(record: ProcessRecord): Promise<void>;
  /** Files that hold no record are left out. */
  read(): Promise<readonly ProcessRecord[]>;
  remove(id: string): Promise<void>;
}

export function processRecords(folder: string): ProcessRecords {
  const fileOf = (id: string): string => path.join(folder, `${id}.json`);
  return {
    write: async (record) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await durableReplace(fileOf(record.id), JSON.stringify(record), 0o600);
    },
    read: async () => {
      const names = (await readdir(folder).catch(() => [])).filter((name) => /^[\w-]+\.json$/.test(name));
      const records = await Promise.all(names.map((name) => readRecord(path.join(folder, name))));
      return records.filter((record) => record !== undefined);
    },
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}

async function readRecord(file: string): Promise<ProcessRecord | undefined> {
  try {
    const read = v.safeParse(processRecord, JSON.parse(await readFile(file, "utf8")));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
