import type { Database, Row } from "../ports/database.ts";
import { characteristicSources } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { numberIn } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";

/** What sources say of one characteristic of an entry. Least trust first: 0 is the most trusted source. */
export interface Said {
  readonly trust: number;
  /** As JSON. */
  readonly value: string;
  /** Where it is one. */
  readonly number: number | undefined;
}

const saying = (source: string, value: string): Said => ({
  trust: characteristicSources.findIndex((one) => one === source),
  value,
  number: numberIn(value),
});

export const saidBy = (row: Row): Said => saying(text(row, "source") ?? "", text(row, "value_json") ?? "");

/** One row of long texts: ten thousand rows cost more than these on their way through the thread. */
export async function readColumn(
  database: Pick<Database, "query">,
  name: string,
  numberOf: (entry: string) => number,
): Promise<(readonly Said[] | undefined)[] | undefined> {
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
  /** Most are the same few: each is kept once. */
  const alone = new Map<string, readonly Said[]>();
  const column: (readonly Said[] | undefined)[] = [];
  for (const [index, entry] of entries.entries()) {
    const [source = "", value = ""] = [sources[index], values[index]];
    const key = `${source} ${value}`;
    const one = alone.get(key) ?? [saying(source, value)];
    alone.set(key, one);
    if ((one[0]?.trust ?? -1) < 0) continue;
    const number = numberOf(entry);
    for (let next = column.length; next <= number; next += 1) column.push(undefined);
    const others = column[number];
    column[number] = others ? [...others, ...one].toSorted((a, b) => a.trust - b.trust) : one;
  }
  return column;
}
