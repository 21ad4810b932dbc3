import { mkdir, readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { durableReplace } from "./durable-replace.ts";

const common = {
  id: v.string(),
  port: v.number(),
  labels: v.record(v.string(), v.string()),
  log: v.string(),
  startedAt: v.number(),
};
/** What is written before a server is started, so that one whose starter was killed in that moment is found all the same. */
const processIntent = v.object({
  ...common,
  /** In its environment, as `MODELDECK_SERVER`. */
  token: v.string(),
  /** Number of the process that starts it; absent in what an earlier version wrote. */
  starter: v.optional(v.number()),
  /** See `argumentsMark`. */
  mark: v.object({ length: v.number(), digest: v.string() }),
});
export type ProcessIntent = Readonly<v.InferOutput<typeof processIntent>>;

/** What a later start needs to find a server again, and to know it from a stranger of the same number. */
const processRecord = v.object({
  ...common,
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** See `startMark`. */
  mark: v.string(),
});
export type ProcessRecord = Readonly<v.InferOutput<typeof processRecord>>;

/** One file for each server, for no one else to read; its record takes the place of its intent. */
export interface ProcessRecords {
  write(record: ProcessRecord | ProcessIntent): Promise<void>;
  /** Files that hold neither are left out. */
  read(): Promise<readonly ProcessRecord[]>;
  intents(): Promise<readonly ProcessIntent[]>;
  remove(id: string): Promise<void>;
}

export function processRecords(folder: string): ProcessRecords {
  const fileOf = (id: string): string => path.join(folder, `${id}.json`);
  const readAll = async <T>(schema: v.GenericSchema<unknown, T>): Promise<readonly T[]> => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^[\w-]+\.json$/.test(name));
    const found = await Promise.all(names.map((name) => readRecord(path.join(folder, name), schema)));
    return found.filter((one) => one !== undefined);
  };
  return {
    write: async (record) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await durableReplace(fileOf(record.id), JSON.stringify(record), 0o600);
    },
    read: () => readAll(processRecord),
    intents: () => readAll(processIntent),
    remove: (id) => rm(fileOf(id), { force: true }),
  };
}

async function readRecord<T>(file: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
  try {
    const read = v.safeParse(schema, JSON.parse(await readFile(file, "utf8")));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
