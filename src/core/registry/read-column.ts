import type { Database } from "../ports/database.ts";
import { characteristicSources } from "../protocol/models.ts";
import { numberIn } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";
import type { Said } from "./said.ts";

type Value = Pick<Said, "trust" | "value" | "number">;

/**
 * What the most trusted source says of one characteristic, by entry. One row of long texts: ten thousand rows cost more
 * than these on their way through the thread. undefined where it cannot be carried as text.
 */
export async function readColumn(
  database: Pick<Database, "query">,
  name: string,
): Promise<ReadonlyMap<string, Value> | undefined> {
  const [row] = await database.query(
    `SELECT count(*) AS many, ${joined("c.entry")} AS entries, ${joined("c.source")} AS sources,
       ${joined("c.value_json")} AS written FROM characteristics c WHERE c.name = ?`,
    [name],
  );
  const many = Number(row?.["many"]);
  const [entries, sources, values] = [
    partsOf(row, "entries", many),
    partsOf(row, "sources", many),
    partsOf(row, "written", many),
  ];
  if (!entries || !sources || !values) return undefined;
  const column = new Map<string, Value>();
  let last: Value | undefined;
  for (const [index, entry] of entries.entries()) {
    const [value = "", source] = [values[index], sources[index]];
    const trust = characteristicSources.findIndex((one) => one === source);
    if (trust < 0) continue;
    // Equal ones often follow each other.
    if (last?.value !== value || last.trust !== trust) last = { trust, value, number: numberIn(value) };
    if (trust < (column.get(entry)?.trust ?? Infinity)) column.set(entry, last);
  }
  return column;
}
