import { effective } from "../identify/effective.ts";
import type { Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { json, text } from "./columns.ts";
import { characteristicOf } from "./entry-row.ts";

/**
 * The effective characteristics of the rows' entries, by entry. One query, and one row for each entry: a page has
 * thousands of values, and rows cost more than texts on their way through the thread.
 */
export async function factsOf(
  database: Pick<Database, "query">,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, readonly Characteristic[]>> {
  if (rows.length === 0) return new Map();
  const found = await database.query(
    // Keys begin with their entry, hence its values lie side by side.
    `SELECT n.value AS entry, (
       SELECT json_group_array(json_array(c.name, c.value_json, c.source, c.confidence)) FROM characteristics c
       WHERE c.key > n.value || '|' AND c.key < n.value || '}'
     ) AS all_json FROM json_each(?) n`,
    [JSON.stringify(rows.map((row) => String(row["name"])))],
  );
  return new Map(found.map((row) => [text(row, "entry") ?? "", effective(characteristicsIn(row))]));
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
