import type { Database, Row, Value } from "../ports/database.ts";
import { type Condition, MERGED, ORDER, type Place, after } from "./entry-query.ts";
import { SHOWN } from "./entry-row.ts";
import { foldCase } from "./fact-fits.ts";
import { type AllSaid, allFacts, saidIn } from "./said.ts";

/** All there is to know of an entry to find and to show it, but for the disk. */
export interface Listed extends Place {
  /** Its columns that are shown, and `testing`. */
  readonly row: Readonly<Record<(typeof SHOWN)[number] | "testing", Value>>;
  readonly said: AllSaid;
  /** Name, display name and source, folded as NOCASE does. */
  readonly searched: string;
}

/** Rows of one answer: a few milliseconds of either thread. */
export const SLICE = 200;

/** What the registry lists, read with what is said of it. @param from of these entries, by the name `e` */
const selecting = (testing: Condition, from: string): string =>
  `SELECT ${SHOWN.map((column) => `e.${column}`).join(", ")}, ${testing.sql} AS testing, ${allFacts("e.name")} AS all_facts ${from}`;

/** Entries as they show, in the order of lists, from a place on; fewer than a slice at the end. */
export async function readListed(
  database: Pick<Database, "query">,
  testing: Condition,
  from: Place | undefined,
): Promise<readonly Listed[]> {
  const { sql, parameters } = sliceFrom(testing, from);
  return (await database.query(sql, parameters)).map(listedOf);
}

/** The statement that reads a slice of their rows. */
export function sliceFrom(testing: Condition, from: Place | undefined): Condition {
  const onwards = from ? after(from) : { sql: "1", parameters: [] };
  return {
    sql: selecting(
      testing,
      `FROM (SELECT e.key FROM entries e WHERE ${onwards.sql} AND ${MERGED} ORDER BY ${ORDER} LIMIT ${SLICE}) k
       JOIN entries e ON e.key = k.key ORDER BY ${ORDER}`,
    ),
    parameters: [...testing.parameters, ...onwards.parameters],
  };
}

/** The same entries, of which only these names may say or stand otherwise now, or not at all. */
export async function patchListed(
  database: Pick<Database, "query">,
  testing: Condition,
  all: readonly Listed[],
  moved: ReadonlySet<string>,
): Promise<readonly Listed[]> {
  const rows = await database.query(
    selecting(testing, `FROM json_each(?) k CROSS JOIN entries e ON e.name = k.value WHERE ${MERGED}`),
    [...testing.parameters, JSON.stringify([...moved])],
  );
  const others = all.filter(({ name }) => !moved.has(name));
  const placed = rows
    .map((row) => {
      const one = listedOf(row);
      return { one, place: placesUpTo(others, one), folded: foldCase(one.displayName) };
    })
    .toSorted((a, b) => a.place - b.place || compare(a.folded, b.folded) || compare(a.one.name, b.one.name));
  const patched: Listed[] = [];
  let from = 0;
  for (const { one, place } of placed) {
    for (const other of others.slice(from, place)) patched.push(other);
    patched.push(one);
    from = place;
  }
  return patched.concat(others.slice(from));
}

/** How many of them are at this place or before it. */
export function placesUpTo(all: readonly Listed[], { displayName, name }: Place): number {
  const folded = foldCase(displayName);
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const one = all[middle];
    const order = one ? compare(foldCase(one.displayName), folded) || compare(one.name, name) : 1;
    if (order <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function listedOf(given: Row): Listed {
  const own = (column: string): Value => given[column] ?? null;
  const shared = (column: string): Value => interned(given[column] ?? null);
  // Written out: an object that is made column by column takes twice the memory, and thrice the time to look into.
  const row = {
    key: own("key"),
    name: own("name"),
    layer: shared("layer"),
    display_name: own("display_name"),
    family: own("family"),
    backend: shared("backend"),
    format: shared("format"),
    quantization: shared("quantization"),
    path: own("path"),
    location: shared("location"),
    size_bytes: own("size_bytes"),
    proof: shared("proof"),
    source_provider: shared("source_provider"),
    source_reference: own("source_reference"),
    source_revision: own("source_revision"),
    downloaded_at: own("downloaded_at"),
    served_model_id: own("served_model_id"),
    deprecated: own("deprecated"),
    locked: own("locked"),
    aliases_json: shared("aliases_json"),
    roles_json: shared("roles_json"),
    role_priority_json: shared("role_priority_json"),
    capabilities_json: shared("capabilities_json"),
    preview: own("preview"),
    testing: own("testing"),
  } satisfies Listed["row"];
  const [name, displayName] = [String(row.name), String(row.display_name)];
  const searched = foldCase(`${name}\n${displayName}\n${String(row.source_reference ?? "")}`);
  return { name, displayName, row, said: saidIn(given), searched };
}

/** Columns that hold the same few texts in all rows: each is kept once. */
const known = new Map<Value, Value>();
const MOST = 500;
const LONGEST = 40;
function interned(value: Value): Value {
  if (typeof value !== "string" || value.length > LONGEST) return value;
  const same = known.get(value);
  if (same !== undefined) return same;
  if (known.size >= MOST) known.clear();
  known.set(value, value);
  return value;
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
