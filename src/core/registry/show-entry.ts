import type { Database } from "../ports/database.ts";
import { type Characteristic, type EntryDetails, characteristicSources } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { text } from "./columns.ts";
import { MERGED, isTesting } from "./entry-query.ts";
import { characteristicOf, entryOf, fileOf } from "./entry-row.ts";
import type { Facts } from "./list-entries.ts";
import { nearNames } from "../util/near-names.ts";
import { statesOf } from "./presence.ts";

/** Files by path; characteristics by name, the most trusted source first. Rejects with `notFound`. */
export async function showEntry(database: Database, facts: Facts, name: string): Promise<EntryDetails> {
  const testing = isTesting(facts.testingPatterns);
  const [rows, files, characteristics] = await Promise.all([
    database.query(`SELECT e.*, ${testing.sql} AS testing FROM entries e WHERE e.name = ? AND ${MERGED}`, [
      ...testing.parameters,
      name,
    ]),
    database.query("SELECT * FROM files WHERE entry = ? ORDER BY path", [name]),
    database.query("SELECT * FROM characteristics WHERE entry = ? ORDER BY name", [name]),
  ]);
  const row = rows[0];
  if (row === undefined) {
    const names = await database.query("SELECT DISTINCT name FROM entries");
    const near = nearNames(
      name,
      names.flatMap((one) => text(one, "name") ?? []),
    );
    throw fault({ code: "notFound", what: "entry", name, near });
  }
  const [state = "missing"] = await statesOf([row], facts.files);
  return {
    ...entryOf(row, state, row["testing"] === 1),
    files: files.flatMap((file) => fileOf(file) ?? []),
    characteristics: characteristics.flatMap((one) => characteristicOf(one) ?? []).toSorted(byTrust),
  };
}

const byTrust = (a: Characteristic, b: Characteristic): number =>
  a.name === b.name
    ? characteristicSources.indexOf(a.source) - characteristicSources.indexOf(b.source)
    : a.name < b.name
      ? -1
      : 1;
