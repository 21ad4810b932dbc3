import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import v8 from "node:v8";
import initSqlJs from "sql.js";
import { sqlWasmFile } from "../../src/core/adapters/bundle-file.ts";
import { durableReplace } from "../../src/core/adapters/durable-replace.ts";
import { nodeClock } from "../../src/core/adapters/node-clock.ts";
import { nodeDigest } from "../../src/core/adapters/node-digest.ts";
import { withLookThread } from "../../src/core/adapters/look-thread.ts";
import { nodeDiskLook } from "../../src/core/adapters/node-disk-look.ts";
import { nodeFiles } from "../../src/core/adapters/node-files.ts";
import { readSnapshot } from "../../src/core/adapters/registry/snapshot-file.ts";
import type { Database } from "../../src/core/ports/database.ts";
import { createRegistry } from "../../src/core/registry/create-registry.ts";
import type { EntryFilter } from "../../src/core/registry/registry.ts";
import { keyColumns, migrations } from "../../src/core/registry/schema.ts";
import { interleaved } from "./interleaved.ts";
import { plans } from "./plans.ts";
import { bundledDatabase } from "./registry-bundle.ts";
import { ENTRIES, collection } from "./registry-data.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** One for all, as in a core. */
const look = withLookThread(nodeDiskLook);
const registryOf = (database: Database) =>
  createRegistry(database, {
    files: nodeFiles,
    look,
    clock: nodeClock,
    digest: nodeDigest,
    testingPatterns: ["scratch-*"],
  });
/** What the core has done when it was opened some seconds ago. */
const settle = async (list: ReturnType<typeof registryOf>): Promise<void> => {
  await list.readAhead(async () => undefined);
  await list.list({});
  // The thread that looks at the disk starts two seconds after the first question.
  await sleep(2100);
  await list.list({});
  await sleep(300);
};

/**
 * R1 to R3 of performance.md over 10,000 entries and 40,000 files, pages of 200 rows by every filter, and plans.
 * `--only R1,R2` for some.
 */
export async function registry(rounds: number): Promise<void> {
  const { values } = parseArgs({ strict: false, options: { only: { type: "string" } } });
  const only = typeof values.only === "string" ? new Set(values.only.split(",")) : undefined;
  const home = await mkdtemp(path.join(os.tmpdir(), "mdbench-"));
  try {
    const folder = path.join(home, "data");
    let generation = 0;
    const openDatabase = await bundledDatabase();
    const openNext = (): Promise<Database> =>
      openDatabase({ folder, generation: (generation += 1), migrations, keyColumns, log: silent, idle: 600_000 });
    const first = await openNext();
    const groups = await collection(path.join(home, "models"));
    for (let start = 0; start < groups.length; start += 500)
      await first.commit(groups.slice(start, start + 500).flat());
    const json = path.join(home, "all.json");
    await writeFile(json, JSON.stringify(await everything(first)));
    await first.close();

    const parts = {
      R1: () => oneChange(home, folder, openNext, rounds),
      R2: () => openAndList(json, openNext, rounds),
      pages: () => pages(openNext, rounds),
      plans: async () => {
        const whole = await openNext();
        await plans(whole, folder, path.join(home, "models"), rounds);
        await whole.close();
      },
      R3: () => memory(home, folder, generation, rounds),
    };
    for (const [name, part] of Object.entries(parts)) if (only?.has(name) !== false) await part();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function everything(database: Database): Promise<unknown> {
  const all: Record<string, unknown> = {};
  for (const table of ["entries", "files", "characteristics"])
    all[table] = await database.query(`SELECT * FROM ${table}`);
  return all;
}

async function took(deed: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await deed();
  return performance.now() - start;
}

async function oneChange(
  home: string,
  folder: string,
  openNext: () => Promise<Database>,
  rounds: number,
): Promise<void> {
  const sql = await initSqlJs({ locateFile: sqlWasmFile });
  const loaded = new sql.Database((await snapshotOf(folder)).database);
  const database = await openNext();
  const [row] = await database.query("SELECT * FROM entries WHERE layer = 'discovered' LIMIT 1 OFFSET 5000");
  const log = await open(path.join(home, "append.log"), "a");
  const line = Buffer.alloc(200, "x");
  let count = 0;
  const many = 20;
  const each = async (deed: () => Promise<unknown>, times: number): Promise<number> =>
    (await took(async () => {
      for (let one = 0; one < times; one += 1) await deed();
    })) / times;
  const ratios = await interleaved(
    {
      "Model Deck": () =>
        each(
          () =>
            database.commit([
              { table: "entries", key: String(row?.["key"]), after: { ...row, size_bytes: (count += 1) } },
            ]),
          many,
        ),
      "append + fdatasync of 200 bytes": () =>
        each(async () => {
          await log.appendFile(line);
          await log.datasync();
        }, many),
      "whole export": () => each(() => durableReplace(path.join(home, "whole"), loaded.export()), 1),
    },
    rounds,
  );
  for (const { contender, median, least, most } of ratios)
    console.log(
      `R1  one durable change ÷ ${contender}: ${median.toFixed(4)} (${least.toFixed(4)} to ${most.toFixed(4)}, ${rounds} rounds); must be ≤ ${contender === "whole export" ? "0.02" : "3"}`,
    );
  await log.close();
  loaded.close();
  await database.close();
}

async function snapshotOf(folder: string): Promise<{ readonly database: Uint8Array; readonly size: number }> {
  const names = (await readdir(path.join(folder, "registry"))).toSorted();
  const sizes = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(path.join(folder, "registry", name))).size })),
  );
  const largest = sizes.toSorted((one, other) => other.size - one.size)[0];
  const reading = readSnapshot(await readFile(path.join(folder, "registry", largest?.name ?? "")), migrations.length);
  if (reading.kind !== "good") throw new Error(`no good snapshot: ${reading.kind}`);
  return { database: reading.snapshot.database, size: reading.snapshot.database.length };
}

async function openAndList(json: string, openNext: () => Promise<Database>, rounds: number): Promise<void> {
  const ratios = await interleaved(
    {
      "Model Deck": async () => {
        let database: Database | undefined;
        const time = await took(async () => {
          database = await openNext();
          const page = await registryOf(database).list({ limit: 200 });
          if (page.entries.length !== 200 || page.total !== ENTRIES) throw new Error("not the page that was asked for");
        });
        await database?.close();
        return time;
      },
      "JSON.parse of the same data": async () => {
        const text = await readFile(json, "utf8");
        return took(async () => JSON.parse(text) as unknown);
      },
      "read and JSON.parse of the same data": () =>
        took(async () => JSON.parse(await readFile(json, "utf8")) as unknown),
    },
    rounds,
  );
  for (const { contender, median, least, most } of ratios)
    console.log(
      `R2  open and first page of 200 rows ÷ ${contender}: ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}, ${rounds} rounds)${contender.startsWith("JSON") ? "; must be ≤ 0.3" : ""}`,
    );
}

async function pages(openNext: () => Promise<Database>, rounds: number): Promise<void> {
  const database = await openNext();
  const list = registryOf(database);
  const middle = await list.list({ limit: 1000 });
  await settle(list);
  const filters: Readonly<Record<string, EntryFilter>> = {
    "without a filter": {},
    "from a cursor": { cursor: middle.cursor },
    "by back end": { backend: "vllm" },
    "by quantization": { quantization: "q6_k" },
    "by role": { role: "chat" },
    "by capability": { capability: "vision" },
    "by text": { text: "qwen instruct" },
    "by text that is rare": { text: "9999" },
    "by all of it": { backend: "llama.cpp", format: "gguf", quantization: "q4_k_m", capability: "text", text: "llama" },
    "of what is installed": { installed: true },
    "by a characteristic": { where: [{ name: "vision", is: true }] },
    "by two, one a number": {
      where: [
        { name: "tools", is: true },
        { name: "context", atLeast: 32_768 },
      ],
    },
  };
  const [row] = await database.query("SELECT * FROM entries WHERE layer = 'discovered' LIMIT 1 OFFSET 7000");
  let commits = 0;
  /** Of an entry's place in lists: nothing that was remembered of them holds after it. */
  const change = (): Promise<unknown> =>
    list.commit([
      { table: "entries", key: String(row?.["key"]), after: { ...row, display_name: `Renamed ${(commits += 1)}` } },
    ]);
  const nothing = async (): Promise<void> => undefined;
  const spread = (times: readonly number[]): string => {
    const sorted = times.toSorted((one, other) => one - other);
    const at = (share: number): string => (sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
    return `${at(0.5)} ms (${at(0)} to ${at(1)})`;
  };
  /** With what a structured clone of the page takes on top, as where it crosses to another thread: both ways of it, and its bytes. */
  const measure = async (before: () => Promise<unknown>, deed: () => Promise<unknown>): Promise<string> => {
    const [times, clones]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let round = 0; round < rounds * 3; round += 1) {
      await before();
      let page: unknown;
      times.push(await took(async () => (page = await deed())));
      clones.push(
        await took(async () => {
          const written = v8.serialize(page);
          bytes = written.length;
          v8.deserialize(written);
        }),
      );
    }
    return `${spread(times)} [clone ${spread(clones)}, ${Math.round(bytes / 1000)} kB]`;
  };
  for (const [name, filter] of Object.entries(filters)) {
    const page = (): Promise<unknown> => list.list({ ...filter, limit: 200 });
    await page();
    const [again, changed] = [await measure(nothing, page), await measure(change, page)];
    console.log(
      `    a page ${name}: ${again} again, ${changed} after a commit, ${rounds * 3} times; should be < 10 ms`,
    );
  }
  await coldPages(database, measure);
  await database.close();
  await openedPages(openNext, measure);
}

/** By characteristics, first thing after an opening: at once after its first page, and when what lies ready was taken. */
async function openedPages(
  openNext: () => Promise<Database>,
  measure: (before: () => Promise<unknown>, deed: () => Promise<unknown>) => Promise<string>,
): Promise<void> {
  const filters: Readonly<Record<string, EntryFilter>> = {
    "one characteristic": { where: [{ name: "vision", is: true }] },
    "a number": { where: [{ name: "context", atLeast: 32_768 }] },
    "two, with text": {
      text: "instruct",
      where: [
        { name: "tools", is: true },
        { name: "parameters", atLeast: 8_030_261_248 + 5000 },
      ],
    },
  };
  for (const [name, filter] of Object.entries(filters)) {
    for (const when of ["at once", "a moment later"]) {
      let database = await openNext();
      let list = registryOf(database);
      const reopen = async (): Promise<void> => {
        await database.close();
        database = await openNext();
        list = registryOf(database);
        await list.list({ limit: 200 });
        if (when !== "at once") await list.readAhead(async () => undefined);
      };
      const taken = await measure(reopen, () => list.list({ ...filter, limit: 200 }));
      console.log(`    a page by ${name}, ${when} after an opening: ${taken}; should be < 10 ms`);
      await database.close();
    }
  }
}

/** Filters by characteristics that were not asked before: another value of one that was, and one that never was. */
async function coldPages(
  database: Database,
  measure: (before: () => Promise<unknown>, deed: () => Promise<unknown>) => Promise<string>,
): Promise<void> {
  const list = registryOf(database);
  let asked = 0;
  const another = (): Promise<unknown> =>
    list.list({ where: [{ name: "parameters", atLeast: 8_030_261_248 + (asked += 37) }], limit: 200 });
  await list.readAhead(async () => undefined);
  await another();
  console.log(`    a page by another value: ${await measure(async () => undefined, another)}; should be < 10 ms`);
  let fresh = list;
  const open = async (): Promise<void> => {
    fresh = registryOf(database);
    await fresh.list({ limit: 200 });
    await fresh.readAhead(async () => undefined);
  };
  const unprepared = async (): Promise<void> => {
    // What the page before has it read.
    await fresh.readAhead(async () => undefined);
    fresh = registryOf({ ...database, prepared: async () => undefined });
    await fresh.list({ limit: 200 });
  };
  console.log(
    `    a page by a characteristic where nothing lies ready, by SQLite: ${await measure(unprepared, () => fresh.list({ where: [{ name: "vision", is: true }], limit: 200 }))}`,
  );
  console.log(
    `    a page by a characteristic that was never asked for: ${await measure(open, () => fresh.list({ where: [{ name: "vision", is: true }], limit: 200 }))}; should be < 10 ms`,
  );
}

/** Of a process with the registry loaded, what it holds above one with an empty registry. */
async function memory(home: string, folder: string, generation: number, rounds: number): Promise<void> {
  const { size } = await snapshotOf(folder);
  const child = path.join(import.meta.dirname, "registry-memory.ts");
  const empty = path.join(home, "empty");
  await mkdir(empty);
  let next = generation;
  const held = async (of: string): Promise<number> => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", child, of, String((next += 1))]);
    return Number(stdout.trim());
  };
  const ratios: number[] = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1)
    ratios.push(((await held(folder)) - (await held(empty))) / size);
  const sorted = ratios.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN).toFixed(2);
  console.log(
    `R3  memory after load ÷ database size (${size} bytes): ${at(0.5)} (${at(0)} to ${at(1)}, ${ratios.length} rounds); must be ≤ 2`,
  );
}
