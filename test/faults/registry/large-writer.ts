/**
 * Makes commits of thousands of rows until it is killed:  node large-writer.ts <folder> <generation> <rows>
 * Prints `asked <n>` before each, and `done <n>` after it was acknowledged.
 */
import { writeSync } from "node:fs";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";

const [folder = "", generation = "", rows = ""] = process.argv.slice(2);
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const say = (line: string): void => void writeSync(1, `${line}\n`);
const database = await openDatabase({ folder, generation: Number(generation), migrations, keyColumns, log, idle: 5 });
if (database.opened.setAside.length > 0) say(`bad ${JSON.stringify(database.opened.setAside)}`);
const [found] = await database.query("SELECT coalesce(max(took_ms), 0) AS n FROM loads");
for (let n = Number(found?.["n"]) + 1; ; n += 1) {
  say(`asked ${n}`);
  const edits = Array.from({ length: Number(rows) }, (_, row) => ({
    table: "loads",
    key: `${n}-${row}`,
    after: { took_ms: n, at: "x".repeat(row % 200) },
    basis: null,
  }));
  await database.commit(edits);
  say(`done ${n}`);
}
