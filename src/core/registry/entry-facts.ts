import type { Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { allFacts, effectiveOf, saidIn } from "./said.ts";

/** The effective characteristics of a row that has all that is said as `all_facts`. */
export const factsIn = (row: Row): readonly Characteristic[] => effectiveOf(saidIn(row));

/** The effective characteristics of the rows' entries, by entry: one query, and one row for each entry. */
export async function factsOf(
  database: Pick<Database, "query">,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, readonly Characteristic[]>> {
  if (rows.length === 0) return new Map();
  const found = await database.query(
    `SELECT n.value AS entry, ${allFacts("n.value")} AS all_facts FROM json_each(?) n`,
    [JSON.stringify(rows.map((row) => String(row["name"])))],
  );
  return new Map(found.map((row) => [text(row, "entry") ?? "", factsIn(row)]));
}
