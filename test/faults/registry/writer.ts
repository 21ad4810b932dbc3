/**
 * Commits as fast as it can until it is killed or refused:  node writer.ts <folder> <generation>
 * Prints `gone <why>` at the end, and `asked <n>` before each commit and `done <n>` after it was acknowledged; n goes on from what is there.
 */
import { writeSync } from "node:fs";
import { openDatabase } from "../../../src/core/adapters/sqljs-database.ts";
import { isFault } from "../../../src/core/util/faults.ts";
import { keyColumns, migrations } from "../../../src/core/registry/schema.ts";

const [folder = "", generation = ""] = process.argv.slice(2);
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const say = (line: string): void => void writeSync(1, `${line}\n`);
const database = await openDatabase({
  folder,
  generation: Number(generation),
  migrations,
  keyColumns,
  log,
  idle: 5,
  // So small that kills meet snapshots, new segments and tidying too.
  journalLimit: 4000,
});
if (database.opened.setAside.length > 0) say(`bad ${JSON.stringify(database.opened.setAside)}`);
const found = await database.query("SELECT coalesce(max(took_ms), 0) AS n FROM loads");
let n = Number(found[0]?.["n"]);
const one = async (): Promise<void> => {
  for (;;) {
    const mine = (n += 1);
    say(`asked ${mine}`);
    // Two rows in one transaction: half of it must never be seen.
    const after = { took_ms: mine, at: "x".repeat(mine % 300) };
    await database.commit([
      { table: "loads", key: `n${mine}`, after },
      { table: "switches", key: `n${mine}`, after: { state: "x", body_json: "{}" } },
    ]);
    say(`done ${mine}`);
  }
};
try {
  await Promise.all([one(), one(), one()]);
} catch (error) {
  say(`gone ${isFault(error) ? error.code : String(error)}`);
}
