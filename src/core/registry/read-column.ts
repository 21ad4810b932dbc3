import type { Database, Row } from "../ports/database.ts";
import { type Characteristic, characteristicSources } from "../protocol/models.ts";
import { number, text } from "./columns.ts";
import { characteristicOf } from "./entry-row.ts";
import { numberIn } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";

/** What sources say of one characteristic of an entry. Least trust first: 0 is the most trusted source. */
export interface Said {
  readonly trust: number;
  /** As JSON. */
  readonly value: string;
  /** Where it is one. */
  readonly number: number | undefined;
  /** As it is shown; undefined where the value is of no kind we know. */
  readonly shown: () => Characteristic | undefined;
}

function saying(name: string, source: string, value: string, confidence: number): Said {
  let shown: Characteristic | "unread" | undefined = "unread";
  return {
    trust: characteristicSources.findIndex((one) => one === source),
    value,
    number: numberIn(value),
    shown: () => {
      // Of most entries nobody wants to see it.
      if (shown === "unread") shown = characteristicOf({ name, value_json: value, source, confidence });
      return shown;
    },
  };
}

export const saidBy = (row: Row): Said =>
  saying(
    text(row, "name") ?? "",
    text(row, "source") ?? "",
    text(row, "value_json") ?? "",
    number(row, "confidence") ?? 0,
  );

/** One row of long texts: ten thousand rows cost more than these on their way through the thread. */
export async function readColumn(
  database: Pick<Database, "query">,
  name: string,
  numberOf: (entry: string) => number,
): Promise<(readonly Said[] | undefined)[] | undefined> {
  const [row] = await database.query(
    `SELECT count(*) AS many, ${joined("c.entry")} AS entries,
       ${joined("c.source || ' ' || c.confidence")} AS sources, ${joined("c.value_json")} AS written
     FROM characteristics c WHERE c.name = ?`,
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
  const alone = createAlone(name);
  const column: (readonly Said[] | undefined)[] = [];
  for (const [index, entry] of entries.entries()) {
    const one = alone(sources[index] ?? "", values[index] ?? "");
    if ((one[0]?.trust ?? -1) < 0) continue;
    const place = numberOf(entry);
    for (let next = column.length; next <= place; next += 1) column.push(undefined);
    const others = column[place];
    column[place] = others ? [...others, ...one].toSorted((a, b) => a.trust - b.trust) : one;
  }
  return column;
}

/** @returns of equal sources and values the same one. @param name the characteristic's */
function createAlone(name: string): (source: string, value: string) => readonly Said[] {
  const known = new Map<string, Map<string, readonly Said[]>>();
  return (source, value) => {
    const values = known.get(source) ?? new Map<string, readonly Said[]>();
    known.set(source, values);
    const same = values.get(value);
    if (same) return same;
    const space = source.lastIndexOf(" ");
    const one = [saying(name, source.slice(0, space), value, Number(source.slice(space + 1)))];
    values.set(value, one);
    return one;
  };
}
