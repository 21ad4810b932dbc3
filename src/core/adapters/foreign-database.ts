import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import initSqlJs, { type Database, type SqlJsStatic } from "sql.js";
import { isMalformed } from "../identify/reader.ts";
import type { ForeignDatabase } from "../ports/store-disk.ts";
import { applyWal } from "../stores/wal.ts";
import type { Disposable } from "../util/events.ts";
import { fault, isFault, reasonOf } from "../util/faults.ts";
import { sqlWasmFile } from "./bundle-file.ts";
import { codeOf } from "./registry/disk-faults.ts";

/** More does not fit into the memory of sql.js beside its copy. */
const LARGEST = 512 * 2 ** 20;

/**
 * Reads into memory and asks there: nothing is opened for writing, no lock is taken, no file is made. The last database
 * stays in memory until it changes, another one is asked, or `dispose()`.
 */
export async function openForeignDatabases(): Promise<ForeignDatabase & Disposable> {
  const sqlite = await initSqlJs({ locateFile: sqlWasmFile });
  let held: { readonly path: string; readonly stamp: string; readonly database: Database } | undefined;
  const dispose = (): void => {
    held?.database.close();
    held = undefined;
  };
  return {
    dispose,
    query: (path, statement) => {
      try {
        if (held?.path !== path || held.stamp !== stampOf(path)) {
          dispose();
          const { database, wal, stamp } = readStill(path);
          held = { path, stamp, database: openImage(sqlite, path, database, wal) };
        }
        return rowsOf(held.database, statement);
      } catch (error) {
        if (isFault(error)) throw error;
        throw fault({ code: "formatInvalid", what: path, reason: reasonOf(error) }, error);
      }
    },
  };
}

function openImage(sqlite: SqlJsStatic, path: string, database: Uint8Array, wal: Uint8Array): Database {
  const image = applyWal(database, wal);
  if (isMalformed(image)) throw fault({ code: "formatInvalid", what: path, reason: image.malformed });
  return new sqlite.Database(image);
}

interface Still {
  readonly database: Uint8Array;
  readonly wal: Uint8Array;
  readonly stamp: string;
}

/** Both files as they were at one moment: nothing of them changed from before the first byte to after the last. */
function readStill(path: string): Still {
  for (let tries = 0; tries < 2; tries += 1) {
    const stamp = stampOf(path);
    if (rollsBack(path)) continue;
    const wal = readWhole(`${path}-wal`) ?? new Uint8Array();
    const database = readWhole(path);
    if (database === undefined) throw fault({ code: "fileUnreadable", path, reason: "it is not there" });
    if (stampOf(path) === stamp) return { database, wal, stamp };
  }
  throw fault({ code: "busy", what: path, with: "the program it belongs to" });
}

/** A transaction is half written into the database itself where its rollback journal is not blank. */
function rollsBack(path: string): boolean {
  const start = readWhole(`${path}-journal`, 8);
  return start !== undefined && start.some((byte) => byte !== 0);
}

/** Sizes and times to the nanosecond. */
const stampOf = (path: string): string =>
  [path, `${path}-wal`, `${path}-journal`]
    .map((file) => {
      const open = openForReading(file);
      if (open === undefined) return "-";
      try {
        const { size, mtimeNs, ino } = fstatSync(open, { bigint: true });
        return `${ino}.${size}.${mtimeNs}`;
      } finally {
        closeSync(open);
      }
    })
    .join(" ");

/** undefined where there is no such file. */
function readWhole(file: string, most?: number): Uint8Array | undefined {
  const open = openForReading(file);
  if (open === undefined) return undefined;
  try {
    const found = fstatSync(open);
    if (!found.isFile()) throw fault({ code: "fileUnreadable", path: file, reason: "it is no file" });
    const { size } = found;
    if (most === undefined && size > LARGEST)
      throw fault({ code: "fileUnreadable", path: file, reason: `it holds ${size} bytes, over ${LARGEST}` });
    const content = new Uint8Array(Math.min(size, most ?? size));
    let done = 0;
    for (let got = 1; got > 0 && done < content.length; done += got)
      got = readSync(open, content, done, content.length - done, done);
    return content.subarray(0, done);
  } finally {
    closeSync(open);
  }
}

function openForReading(file: string): number | undefined {
  try {
    // A pipe of that name would wait for a writer.
    return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const reason = code === "EACCES" || code === "EPERM" ? "permission denied" : reasonOf(error);
    throw fault({ code: "fileUnreadable", path: file, reason }, error);
  }
}

function rowsOf(database: Database, text: string): ReturnType<ForeignDatabase["query"]> {
  const statement = database.prepare(text);
  try {
    const rows: Record<string, string | number | null>[] = [];
    while (statement.step()) {
      const row: Record<string, string | number | null> = {};
      for (const [name, value] of Object.entries(statement.getAsObject()))
        row[name] = typeof value === "string" || typeof value === "number" ? value : null;
      rows.push(row);
    }
    return rows;
  } finally {
    statement.free();
  }
}
