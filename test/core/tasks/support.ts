import { createHash } from "node:crypto";
import { mkdir, mkdtemp, open, realpath, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createHashThreads } from "../../../src/core/adapters/hash-threads.ts";
import { nodeClock } from "../../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../../src/core/adapters/node-digest.ts";
import { nodeFiles } from "../../../src/core/adapters/node-files.ts";
import { nodeRandom } from "../../../src/core/adapters/node-random.ts";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type { Database, Row } from "../../../src/core/ports/database.ts";
import type { FileVerdict, Task, VerifyReport } from "../../../src/core/protocol/tasks.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";
import type { Hub } from "../../../src/core/sources/hub.ts";
import type { TaskBoard } from "../../../src/core/tasks/board.ts";
import { createVerifier } from "../../../src/core/tasks/create-verifier.ts";
import type { Verifier } from "../../../src/core/tasks/verifier.ts";
import { fault } from "../../../src/core/util/faults.ts";
import { bytes } from "../../../src/core/util/ids.ts";
import { hashHere } from "./hash-here.ts";

export interface VerifyWorld {
  readonly verifier: Verifier;
  readonly database: Database;
  /** The location `main`. */
  readonly models: string;
  /** Digests handed out since the start. */
  readonly hashed: () => number;
  readonly warnings: readonly string[];
  /** A file, long settled, that is on record as the entry's; `record` wins over what it is. */
  put(entry: string, name: string, content: Buffer | string, record?: Partial<Row>): Promise<string>;
  /** One of zeros that takes no room on the disk. */
  putZeros(entry: string, name: string, size: number, record?: Partial<Row>): Promise<string>;
  addEntry(name: string, columns?: Partial<Row>): Promise<void>;
  close(): Promise<void>;
}

const LONG_AGO = new Date("2020-01-01T00:00:00Z");

const absent: Pick<Hub, "analyze"> = {
  analyze: async () => {
    throw fault({ code: "network", host: "hub.test", reason: "it is not there" });
  },
};

export interface VerifyWorldOptions {
  readonly hub?: Pick<Hub, "analyze">;
  /** The verifier's own commits find no room. */
  readonly fullDisk?: boolean;
  readonly clock?: Clock;
  /** Awaited in the middle of each reading of a file, with its path: what is to happen there happens for certain. */
  readonly midway?: (file: string) => Promise<unknown>;
}

const noRoom = async (): Promise<never> => {
  throw fault({ code: "diskFull", path: "storage", needed: bytes(1), free: bytes(0) });
};

export async function createVerifyWorld({
  hub = absent,
  fullDisk,
  midway,
  clock = nodeClock,
}: VerifyWorldOptions = {}): Promise<VerifyWorld> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "modeldeck-verify-")));
  const models = path.join(folder, "models");
  await mkdir(models);
  const warnings: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (line: string) => void warnings.push(line),
    error: () => undefined,
  };
  const database = await openDatabase({
    folder: path.join(folder, "storage"),
    generation: 1,
    migrations,
    keyColumns,
    log,
  });
  const hasher = midway ? hashHere(midway) : createHashThreads({ lanes: 2 });
  let hashed = 0;
  const verifier = createVerifier({
    registry: fullDisk === true ? { ...database, commit: noRoom } : database,
    files: nodeFiles,
    clock,
    random: nodeRandom,
    log,
    digest: nodeDigest,
    hub,
    hasher: {
      ...hasher,
      start: (job, onBytes, signal) => {
        const hashing = hasher.start(job, onBytes, signal);
        hashing.result.then(
          () => (hashed += 1),
          () => undefined,
        );
        return hashing;
      },
    },
    roots: { locations: [{ name: "main", path: models }], weightsRoot: undefined },
  });

  async function addEntry(name: string, columns: Partial<Row> = {}): Promise<void> {
    await database.commit([{ table: "entries", key: `discovered:${name}`, after: entryRow(name, columns) }]);
  }
  async function record(entry: string, file: string, sha256: string, columns: Partial<Row>): Promise<void> {
    const { size } = await stat(file);
    await addEntry(entry, { path: file });
    const row = { entry, size_bytes: size, modified: null, identity: null, sha256, git_sha1: null, proof: "sha256" };
    await database.commit([{ table: "files", key: file, after: { ...row, ...defined(columns) } }]);
  }

  return {
    verifier,
    database,
    models,
    hashed: () => hashed,
    warnings,
    addEntry,
    put: async (entry, name, content, columns = {}) => {
      const file = path.join(models, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
      await settle(file);
      await record(entry, file, sha256Of(content), columns);
      return file;
    },
    putZeros: async (entry, name, size, columns = {}) => {
      const file = path.join(models, name);
      await writeZeros(file, size);
      await record(entry, file, "0".repeat(64), columns);
      return file;
    },
    close: async () => {
      await verifier.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As if it had been written long ago, so that its hash may be kept. */
export async function settle(file: string): Promise<void> {
  const handle = await open(file, "r+");
  await handle.utimes(LONG_AGO, LONG_AGO);
  await handle.close();
}

export async function writeZeros(file: string, size: number): Promise<void> {
  const handle = await open(file, "w");
  await handle.truncate(size);
  await handle.utimes(LONG_AGO, LONG_AGO);
  await handle.close();
}

/** Of so many zeros, with some bytes at the front. */
export function zerosDigest(size: number, front = ""): string {
  const hash = createHash("sha256").update(front);
  const piece = Buffer.alloc(2 ** 20);
  for (let left = size - front.length; left > 0; left -= piece.length) hash.update(piece.subarray(0, left));
  return hash.digest("hex");
}

export const sha256Of = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

const defined = (columns: Partial<Row>): Row =>
  Object.fromEntries(Object.entries(columns).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

const entryRow = (name: string, columns: Partial<Row>): Row => ({
  name,
  layer: "discovered",
  display_name: name,
  family: name,
  backend: "llama.cpp",
  proof: "sha256",
  deprecated: 0,
  locked: 0,
  aliases_json: "[]",
  roles_json: "[]",
  role_priority_json: "{}",
  capabilities_json: "[]",
  metadata_json: "{}",
  backend_config_json: "{}",
  extra_args_json: "[]",
  location: "main",
  ...defined(columns),
});

/** Resolves with the first task that fits, at once or when something changed. */
export function untilTask(
  source: { list(): readonly Task[] } & Pick<TaskBoard, "onChange">,
  fits: (task: Task) => boolean,
): Promise<Task> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = source.list().find(fits);
      if (!found) return;
      heard.dispose();
      resolve(found);
    };
    const heard = source.onChange(look);
    look();
  });
}

export const untilState = (verifier: Verifier, id: string, state: Task["state"]): Promise<Task> =>
  untilTask(verifier, (task) => task.id === id && task.state === state);

/** Once it is in the middle of a file. */
export const untilUnderWay = (verifier: Verifier, id: string): Promise<Task> =>
  untilTask(verifier, (task) => task.id === id && task.state === "running" && task.progress.done > 0);

/** Queued, done, and what it says. */
export async function verified(verifier: Verifier, names?: readonly string[]): Promise<VerifyReport> {
  const id = await verifier.verify(names);
  return reportIn(await untilState(verifier, id, "done"));
}

export function reportIn({ report }: Task): VerifyReport {
  if (!isReport(report)) throw new Error("the task carries no report");
  return report;
}

const isReport = (report: unknown): report is VerifyReport =>
  typeof report === "object" && report !== null && "files" in report && "counts" in report && "bytes" in report;

/** Path's last name → verdict. */
export const verdicts = ({ files }: VerifyReport): Readonly<Record<string, FileVerdict["verdict"]>> =>
  Object.fromEntries(files.map(({ path: file, verdict }) => [path.basename(file), verdict]));
