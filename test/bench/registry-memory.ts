// node registry-memory.ts <folder> <generation>: opens the registry and a page of it, prints the bytes it then holds.
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/core/adapters/sqljs-database.ts";
import { keyColumns, migrations } from "../../src/core/registry/schema.ts";

const [folder = "", generation = "1"] = process.argv.slice(2);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const database = await openDatabase({
  folder,
  generation: Number(generation),
  migrations,
  keyColumns,
  log: silent,
  idle: 600_000,
});
await database.query("SELECT * FROM entries ORDER BY display_name COLLATE NOCASE, name LIMIT 200");
// The collector of the worker runs on its own; what it has let go of is no memory that is held.
await sleep(1000);
globalThis.gc?.();
console.log(process.memoryUsage().rss);
await database.close();
