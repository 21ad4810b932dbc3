import type { Database } from "../ports/database.ts";
import { type Condition, ORDER } from "./entry-query.ts";
import { foldCase } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";

/** Entries in the order of lists. */
export interface EntryList {
  readonly names: readonly string[];
  readonly displayNames: readonly string[];
  /** Their numbers (see fact-columns.ts). */
  readonly numbers: Uint32Array;
}

/** All that the condition lets through; undefined where a name cannot be carried as text. */
export async function readList(
  database: Pick<Database, "query">,
  { sql, parameters }: Condition,
  numberOf: (entry: string) => number,
): Promise<EntryList | undefined> {
  const [row] = await database.query(
    `SELECT count(*) AS many, ${joined("name")} AS names, ${joined("display_name")} AS shown
     FROM (SELECT e.name, e.display_name FROM entries e WHERE ${sql} ORDER BY ${ORDER})`,
    parameters,
  );
  const many = Number(row?.["many"]);
  const [names, displayNames] = [partsOf(row, "names", many), partsOf(row, "shown", many)];
  return names && displayNames && { names, displayNames, numbers: Uint32Array.from(names, numberOf) };
}

/** The same list, of which only those entries may stand elsewhere now, or not at all. */
export async function patchList(
  database: Pick<Database, "query">,
  { sql, parameters }: Condition,
  list: EntryList,
  moved: ReadonlySet<string>,
  numberOf: (entry: string) => number,
): Promise<EntryList> {
  const rows = await database.query(
    `SELECT e.name, e.display_name FROM json_each(?) k CROSS JOIN entries e ON e.name = k.value WHERE ${sql}`,
    [JSON.stringify([...moved]), ...parameters],
  );
  const names: string[] = [];
  const displayNames: string[] = [];
  for (const [index, name] of list.names.entries()) {
    if (moved.has(name)) continue;
    names.push(name);
    displayNames.push(list.displayNames[index] ?? "");
  }
  for (const row of rows) {
    const [name, displayName] = [String(row["name"]), String(row["display_name"])];
    const folded = foldCase(displayName);
    let [low, high] = [0, names.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compare(foldCase(displayNames[middle] ?? ""), folded) || compare(names[middle] ?? "", name);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    names.splice(low, 0, name);
    displayNames.splice(low, 0, displayName);
  }
  return { names, displayNames, numbers: Uint32Array.from(names, numberOf) };
}

/** As SQLite compares: by code points, not by the halves of those beyond U+FFFF. */
function compare(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

/** Halves come after all others. */
const rank = (unit: number): number => (unit >= 0xd8_00 && unit < 0xe0_00 ? unit + 0x1_00_00 : unit);
