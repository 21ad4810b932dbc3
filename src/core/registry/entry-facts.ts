import { effective } from "../identify/effective.ts";
import type { Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { json, text } from "./columns.ts";
import { characteristicOf } from "./entry-row.ts";

/** All values of the entry whose name this is, as one text: rows cost more than texts on their way through the thread. */
export const allFacts = (name: string): string =>
  // Keys begin with their entry, hence its values lie side by side.
  `(SELECT json_group_array(json_array(c.name, c.value_json, c.source, c.confidence)) FROM characteristics c
    WHERE c.key > ${name} || '|' AND c.key < ${name} || '}')`;

/** The effective characteristics of a row that has them as `all_json`. */
export const factsIn = (row: Row): readonly Characteristic[] => effective(characteristicsIn(row));

/** The effective characteristics of the rows' entries, by entry: one query, and one row for each entry. */
export async function factsOf(
  database: Pick<Database, "query">,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, readonly Characteristic[]>> {
  if (rows.length === 0) return new Map();
  const found = await database.query(
    `SELECT n.value AS entry, ${allFacts("n.value")} AS all_json FROM json_each(?) n`,
    [JSON.stringify(rows.map((row) => String(row["name"])))],
  );
  return new Map(found.map((row) => [text(row, "entry") ?? "", factsIn(row)]));
}

function characteristicsIn(row: Row): readonly Characteristic[] {
  const all = json(row, "all_json");
  if (!Array.isArray(all)) return [];
  return all.flatMap((one: unknown) => {
    if (!Array.isArray(one)) return [];
    const [name, value, source, confidence]: readonly unknown[] = one;
    if (typeof name !== "string" || typeof value !== "string" || typeof source !== "string") return [];
    const given = { name, value_json: value, source, confidence: typeof confidence === "number" ? confidence : 0 };
    return characteristicOf(given) ?? [];
  });
}
