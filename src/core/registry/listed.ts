import type { Database, Row } from "../ports/database.ts";
import { text } from "./columns.ts";
import { type Condition, MERGED, ORDER, type Place, after } from "./entry-query.ts";
import { foldCase } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";

/** What filters and the order of lists look at of one entry. Texts are empty where there are none. */
export interface Listed {
  readonly key: string;
  readonly name: string;
  readonly displayName: string;
  readonly family: string;
  readonly backend: string;
  readonly format: string;
  readonly quantization: string;
  readonly location: string;
  readonly path: string;
  readonly downloadedAt: string;
  /** Lists as JSON. */
  readonly roles: string;
  readonly capabilities: string;
  /** Name, display name and source, folded as NOCASE does. */
  readonly searched: string;
  /** Its number (see fact-columns.ts). */
  readonly number: number;
  readonly deprecated: boolean;
  readonly testing: boolean;
}

/** Rows of one answer: a few milliseconds of either thread. */
export const SLICE = 2000;

const TEXTS = [
  "key",
  "name",
  "display_name",
  "family",
  "backend",
  "format",
  "quantization",
  "location",
  "path",
  "downloaded_at",
  "roles_json",
  "capabilities_json",
  "source_reference",
  "deprecated",
  "testing",
] as const;

const selected = (testing: Condition): string =>
  TEXTS.map((column) => (column === "testing" ? `${testing.sql} AS testing` : `e.${column}`)).join(", ");

/** Entries as they show, in the order of lists, from a place on; fewer than a slice at the end, undefined where one cannot be carried as text. */
export async function readListed(
  database: Pick<Database, "query">,
  testing: Condition,
  from: Place | undefined,
  numberOf: (entry: string) => number,
): Promise<readonly Listed[] | undefined> {
  const onwards = from ? after(from) : { sql: "1", parameters: [] };
  const [row] = await database.query(
    `SELECT count(*) AS many, ${TEXTS.map((column) => `${joined(`coalesce(${column}, '')`)} AS ${column}`).join(", ")}
     FROM (SELECT ${selected(testing)} FROM entries e WHERE ${onwards.sql} AND ${MERGED} ORDER BY ${ORDER} LIMIT ${SLICE})`,
    [...testing.parameters, ...onwards.parameters],
  );
  const many = Number(row?.["many"]);
  const columns = TEXTS.map((column) => partsOf(row, column, many));
  const intern = createIntern();
  const all: Listed[] = [];
  for (let index = 0; index < many; index += 1) {
    const one: string[] = [];
    for (const column of columns) {
      const part = column?.[index];
      if (part === undefined) return undefined;
      one.push(part);
    }
    all.push(listedOf(one, intern, numberOf));
  }
  return all;
}

/** The same, of which only entries of these names may stand elsewhere now, or not at all. */
export async function patchListed(
  database: Pick<Database, "query">,
  testing: Condition,
  all: readonly Listed[],
  moved: ReadonlySet<string>,
  numberOf: (entry: string) => number,
): Promise<readonly Listed[]> {
  const rows = await database.query(
    `SELECT ${selected(testing)} FROM json_each(?) k CROSS JOIN entries e ON e.name = k.value WHERE ${MERGED}`,
    [...testing.parameters, JSON.stringify([...moved])],
  );
  const intern = createIntern();
  const others = all.filter(({ name }) => !moved.has(name));
  const placed = rows
    .map((row) =>
      listedOf(
        TEXTS.map((column) => textIn(row, column)),
        intern,
        numberOf,
      ),
    )
    .map((one) => ({ one, place: placesUpTo(others, one), folded: foldCase(one.displayName) }))
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

const textIn = (row: Row, column: string): string => text(row, column) ?? String(row[column] ?? "");

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

function listedOf(
  [
    key = "",
    name = "",
    displayName = "",
    family = "",
    backend = "",
    format = "",
    quantization = "",
    location = "",
    path = "",
    downloadedAt = "",
    roles = "",
    capabilities = "",
    reference = "",
    deprecated = "",
    testing = "",
  ]: readonly string[],
  intern: (text: string) => string,
  numberOf: (entry: string) => number,
): Listed {
  return {
    key,
    name,
    displayName,
    family,
    backend: intern(backend),
    format: intern(format),
    quantization: intern(quantization),
    location: intern(location),
    path,
    downloadedAt,
    roles: intern(roles),
    capabilities: intern(capabilities),
    searched: foldCase(`${name}\n${displayName}\n${reference}`),
    number: numberOf(name),
    deprecated: deprecated === "1",
    testing: testing === "1",
  };
}

/** Equal texts as one. */
function createIntern(): (text: string) => string {
  const known = new Map<string, string>();
  return (given) => {
    const one = known.get(given);
    if (one === undefined) known.set(given, given);
    return one ?? given;
  };
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
