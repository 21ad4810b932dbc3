import type { Change, Changes, Database, Row } from "../ports/database.ts";
import { characteristicSources } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { type Condition, ORDER } from "./entry-query.ts";

/** What sources say of one characteristic of an entry. Least trust first: 0 is the most trusted source. */
export interface Said {
  readonly trust: number;
  /** As JSON. */
  readonly value: string;
}

/** Entry → what is said of it; none of those that no source speaks of. */
export type FactColumn = ReadonlyMap<string, readonly Said[]>;

/**
 * What filters by characteristics look at, in memory: to count what fits, SQLite would have to seek once for each entry.
 * Both are read whole when they are first asked for, and kept as long as they hold.
 */
export interface FactColumns {
  /** undefined where it cannot be carried as text; SQLite must be asked then. */
  column(name: string): Promise<FactColumn | undefined>;
  /** Names of the entries the condition lets through, in the order of lists; undefined as above. */
  names(condition: Condition): Promise<readonly string[] | undefined>;
  changed(changes: Changes): void;
  forget(): void;
}

/** A megabyte or two each, with 10,000 entries. */
const COLUMNS = 16;
const LISTS = 4;
/** Stands in no name and, unescaped, in no JSON. */
const BETWEEN = "\u001F";

export function createFactColumns(database: Pick<Database, "query">): FactColumns {
  const columns = new Map<string, Map<string, readonly Said[]>>();
  const lists = new Map<string, readonly string[]>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  const remember = async <T>(kept: Map<string, T>, key: string, most: number, read: () => Promise<T | undefined>) => {
    const known = kept.get(key);
    const begun = age;
    const value = known ?? (await read());
    if (value === undefined || begun !== age) return value;
    // What was asked for last is let go of last.
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return value;
  };
  const forget = (): void => {
    age += 1;
    columns.clear();
    lists.clear();
  };
  return {
    column: (name) => remember(columns, name, COLUMNS, () => readColumn(database, name)),
    names: (condition) => remember(lists, JSON.stringify(condition), LISTS, () => readNames(database, condition)),
    changed: (changes) => {
      if (changes === "many") return forget();
      if (changes.length > 0) age += 1;
      if (changes.some(isListedAnew)) lists.clear();
      for (const { table, before, after } of changes) {
        if (table !== "characteristics") continue;
        if (before) replace(columns.get(text(before, "name") ?? ""), before, undefined);
        if (after) replace(columns.get(text(after, "name") ?? ""), after, saidBy(after));
      }
    },
    forget,
  };
}

/** All that the conditions and the order of lists look at (see the index entries_listed). */
const LISTED: readonly string[] =
  "name display_name layer deprecated backend family location format quantization roles_json capabilities_json source_reference path downloaded_at".split(
    " ",
  );

const isListedAnew = ({ table, before, after }: Change): boolean =>
  table === "entries" && (!before || !after || LISTED.some((column) => before[column] !== after[column]));

const saidBy = (row: Row): Said => ({
  trust: trustIn(text(row, "source") ?? ""),
  value: text(row, "value_json") ?? "",
});

const trustIn = (source: string): number => characteristicSources.findIndex((one) => one === source);

/** @param said what that source says now */
function replace(column: Map<string, readonly Said[]> | undefined, row: Row, said: Said | undefined): void {
  if (!column) return;
  const entry = text(row, "entry") ?? "";
  const { trust } = saidBy(row);
  const others = (column.get(entry) ?? []).filter((one) => one.trust !== trust);
  const all = said && trust >= 0 ? [...others, said].toSorted((one, other) => one.trust - other.trust) : others;
  if (all.length > 0) column.set(entry, all);
  else column.delete(entry);
}

/** One row of long texts: ten thousand rows cost more than these on their way through the thread. */
async function readColumn(
  database: Pick<Database, "query">,
  name: string,
): Promise<Map<string, readonly Said[]> | undefined> {
  const concat = (column: string): string => `coalesce(group_concat(c.${column}, char(31)), '')`;
  const [row] = await database.query(
    `SELECT count(*) AS many, ${concat("entry")} AS entries, ${concat("source")} AS sources,
       ${concat("value_json")} AS written FROM characteristics c WHERE c.name = ?`,
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
  const column = new Map<string, readonly Said[]>();
  for (const [index, entry] of entries.entries()) {
    const [source = "", value = ""] = [sources[index], values[index]];
    const key = source + BETWEEN + value;
    const one = alone.get(key) ?? [{ trust: trustIn(source), value }];
    alone.set(key, one);
    if ((one[0]?.trust ?? -1) < 0) continue;
    const others = column.get(entry);
    column.set(entry, others ? [...others, ...one].toSorted((a, b) => a.trust - b.trust) : one);
  }
  return column;
}

async function readNames(
  database: Pick<Database, "query">,
  { sql, parameters }: Condition,
): Promise<readonly string[] | undefined> {
  const [row] = await database.query(
    `SELECT count(*) AS many, coalesce(group_concat(name, char(31)), '') AS names
     FROM (SELECT e.name FROM entries e WHERE ${sql} ORDER BY ${ORDER})`,
    parameters,
  );
  return partsOf(row, "names", Number(row?.["many"]));
}

function partsOf(row: Row | undefined, column: string, many: number): readonly string[] | undefined {
  const joined = row && text(row, column);
  if (joined === undefined && many > 0) return undefined;
  const parts = many === 0 ? [] : (joined ?? "").split(BETWEEN);
  return parts.length === many ? parts : undefined;
}
