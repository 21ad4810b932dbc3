import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type DatabaseOptions, openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import type { Database, Row } from "../../../src/core/ports/database.ts";
import type { Log } from "../../../src/core/ports/log.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";

/** A data folder with the databases that were opened on it; all ends with `remove`. */
export interface RegistryFolder {
  readonly path: string;
  /** What was logged as a warning or an error. */
  readonly warnings: string[];
  /** Opens with the next generation unless told. */
  open(options?: Partial<DatabaseOptions>): Promise<Database>;
  names(of: "registry" | "journal"): Promise<readonly string[]>;
  content(of: "registry" | "journal"): Promise<ReadonlyMap<string, Buffer>>;
  remove(): Promise<void>;
}

export async function makeRegistryFolder(root?: string): Promise<RegistryFolder> {
  const folder = root ?? (await mkdtemp(path.join(os.tmpdir(), "modeldeck-registry-")));
  const warnings: string[] = [];
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: (line) => void warnings.push(line),
    error: (line) => void warnings.push(line),
  };
  const open: Database[] = [];
  let generation = 0;
  const names = async (of: string): Promise<readonly string[]> => (await readdir(path.join(folder, of))).toSorted();
  return {
    path: folder,
    warnings,
    open: async (options) => {
      generation = options?.generation ?? generation + 1;
      const database = await openDatabase({
        folder,
        generation,
        migrations,
        keyColumns,
        log,
        idle: 60_000,
        ...options,
      });
      open.push(database);
      return database;
    },
    names,
    content: async (of) => {
      const files = await names(of);
      return new Map(
        await Promise.all(files.map(async (file) => [file, await readFile(path.join(folder, of, file))] as const)),
      );
    },
    remove: async () => {
      await Promise.all(open.map((database) => database.close().catch(() => {})));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const load = (profile: string, took: number) => ({
  table: "loads",
  key: profile,
  after: { took_ms: took, at: "2026-01-01T00:00:00Z" },
});

export const loads = async (database: Database): Promise<Readonly<Record<string, unknown>>> => {
  const rows: readonly Row[] = await database.query("SELECT profile, took_ms FROM loads ORDER BY profile");
  return Object.fromEntries(rows.map((row) => [String(row["profile"]), row["took_ms"]]));
};
