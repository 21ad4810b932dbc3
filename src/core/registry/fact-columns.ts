import type { Change, Changes, Database, Row } from "../ports/database.ts";
import { byPlace } from "../identify/effective.ts";
import type { Characteristic, CharacteristicName } from "../protocol/models.ts";
import { text } from "./columns.ts";
import type { Condition } from "./entry-query.ts";
import { type Listed, SLICE, patchListed, readListed } from "./listed.ts";
import { type Said, readColumn, saidBy } from "./read-column.ts";

/** What is said of an entry, at the place of its number; undefined where no source speaks of it. */
export type FactColumn = readonly (readonly Said[] | undefined)[];

/**
 * What filters look at, in memory: to count what fits, SQLite would have to look at every entry anew, and of each
 * characteristic seek once for each. All is read whole when it is first asked for, or ahead, and follows the commits from
 * then on.
 */
export interface FactColumns {
  /** undefined where it cannot be carried as text; SQLite must be asked then. */
  column(name: string): Promise<FactColumn | undefined>;
  /** All entries as they show, in the order of lists; undefined as above. */
  entries(): Promise<readonly Listed[] | undefined>;
  /** Whether they are in memory, so that they can be had at once. */
  isRead(): boolean;
  /** Whether they were once, and are so many others now that they must be read anew. */
  isStale(): boolean;
  /** The number of an entry: its place in every column. */
  numberOf(name: string): number;
  /** The effective characteristics by an entry's number; undefined while not all there are is in memory. */
  facts(): ((entry: number) => readonly Characteristic[]) | undefined;
  /** Another one where what was given before goes with nothing that is given now. */
  era(): number;
  /** Reads the entries and the columns of all there are. @param pause waited for before each piece */
  readAhead(pause: () => Promise<void>): Promise<void>;
  changed(changes: Changes): void;
  forget(): void;
}

/** What the view Models filters by. */
const FILTERED = [
  "architecture",
  "parameters",
  "context",
  "quantization",
  "licence",
  "language",
  "task",
  "text",
  "vision",
  "audio",
  "video",
  "tools",
  "thinking",
  "embeddings",
  "reranker",
  "diffusion",
  "lora",
  "unsafe",
] as const satisfies readonly CharacteristicName[];

/** A tenth of a megabyte each with 10,000 entries of few values, a few megabytes where each has another. */
const COLUMNS = 64;
/** Entries that are looked at one by one; with more, all are read anew. */
const PATCHED = 1000;
/** Where commits come in between: what was read before one may be older than it. */
const TRIES = 3;

interface Held {
  readonly entries: readonly Listed[];
  /** Names of entries that may stand elsewhere now, or not at all. */
  readonly moved: Set<string>;
}

/** @param testing tells testing entries from others */
export function createFactColumns(database: Pick<Database, "query">, testing: Condition): FactColumns {
  const columns = new Map<string, (readonly Said[] | undefined)[]>();
  let held: Held | undefined;
  let stale = false;
  let reading: Promise<readonly Listed[] | undefined> | undefined;
  /** Names that moved while they are read. */
  let meanwhile = new Set<string>();
  /** All names of characteristics there are; undefined while that is not known. */
  let names: Set<string> | undefined;
  /** The columns in the order in which characteristics are shown. */
  let shown: readonly FactColumn[] | undefined;
  /** Entry → its number, one for all columns and entries. */
  let numbers = new Map<string, number>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  let era = 0;
  const keep = (name: string, column: (readonly Said[] | undefined)[]): void => {
    if (columns.get(name) !== column) shown = undefined;
    // What was asked for last is let go of last.
    columns.delete(name);
    columns.set(name, column);
    for (const oldest of columns.keys()) {
      if (columns.size <= COLUMNS) break;
      columns.delete(oldest);
    }
  };
  const numberOf = (entry: string): number => {
    const known = numbers.get(entry);
    if (known !== undefined) return known;
    numbers.set(entry, numbers.size);
    return numbers.size - 1;
  };
  const forget = (): void => {
    age += 1;
    era += 1;
    columns.clear();
    [held, names, shown] = [undefined, undefined, undefined];
    // Entries that are gone leave theirs unused.
    numbers = new Map();
  };
  const follow = (row: Row, said: Said | undefined): void => {
    const name = text(row, "name") ?? "";
    if (names && !names.has(name)) {
      // Nobody spoke of it before.
      names.add(name);
      keep(name, []);
    }
    const column = columns.get(name);
    if (column) replace(column, numberOf(text(row, "entry") ?? ""), row, said);
  };
  const readEntries = async (pause: () => Promise<void>): Promise<readonly Listed[] | undefined> => {
    const begun = era;
    meanwhile = new Set();
    const all: Listed[] = [];
    for (let slice: readonly Listed[] | undefined; slice === undefined || slice.length === SLICE;) {
      await pause();
      slice = await readListed(database, testing, all.at(-1), numberOf);
      if (!slice || begun !== era) return undefined;
      all.push(...slice);
    }
    held = { entries: all, moved: meanwhile };
    stale = false;
    return all;
  };
  const readOnce = (pause: () => Promise<void>): Promise<readonly Listed[] | undefined> => {
    reading ??= readEntries(pause).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const now = async (): Promise<void> => undefined;
  const memory: FactColumns = {
    column: async (name) => {
      const begun = age;
      const known = columns.get(name);
      const column = known ?? (await readColumn(database, name, numberOf));
      if (column && begun === age) keep(name, column);
      return column;
    },
    entries: async () => {
      if (!held) await readOnce(now);
      if (!held || held.moved.size === 0) return held?.entries;
      const [before, moved, begun] = [held, new Set(held.moved), age];
      const entries = await patchListed(database, testing, held.entries, moved, numberOf);
      if (begun === age && held === before) held = { entries, moved: new Set() };
      return entries;
    },
    isRead: () => held !== undefined,
    isStale: () => stale,
    numberOf,
    facts: () => {
      if (!names) return undefined;
      shown ??= inOrder(names, columns);
      const all = shown;
      return all && ((entry) => factsIn(all, entry));
    },
    era: () => era,
    readAhead: async (pause) => {
      if (!held) await readOnce(pause);
      for (let tries = 0; !names && tries < TRIES; tries += 1) {
        await pause();
        const begun = age;
        const found = await namesIn(database);
        if (begun === age) names = new Set(found);
      }
      const others = names && names.size <= COLUMNS ? names : [];
      for (const name of new Set([...FILTERED, ...others]))
        for (let tries = 0; !columns.has(name) && tries < TRIES; tries += 1) {
          await pause();
          await memory.column(name);
        }
    },
    changed: (changes) => {
      if (changes === "many") return forget();
      if (changes.length > 0) age += 1;
      for (const change of changes) {
        if (!isListedAnew(change)) continue;
        if (reading) meanwhile.add(nameIn(change));
        held?.moved.add(nameIn(change));
      }
      if (held && held.moved.size > PATCHED) [held, stale] = [undefined, true];
      for (const { table, before, after } of changes) {
        if (table !== "characteristics") continue;
        if (before) follow(before, undefined);
        if (after) follow(after, saidBy(after));
      }
    },
    forget,
  };
  return memory;
}

/** Each is sought by itself: there are few among many rows. */
async function namesIn(database: Pick<Database, "query">): Promise<readonly string[]> {
  const rows = await database.query(
    `WITH RECURSIVE n(name) AS (
       SELECT min(name) FROM characteristics
       UNION ALL
       SELECT (SELECT min(c.name) FROM characteristics c WHERE c.name > n.name) FROM n WHERE n.name IS NOT NULL
     ) SELECT name FROM n WHERE name IS NOT NULL`,
  );
  return rows.map((row) => String(row["name"]));
}

/** undefined where one of them is not in memory. */
function inOrder(
  names: ReadonlySet<string>,
  columns: ReadonlyMap<string, FactColumn>,
): readonly FactColumn[] | undefined {
  const all: FactColumn[] = [];
  for (const name of [...names].toSorted(byPlace)) {
    const column = columns.get(name);
    if (!column) return undefined;
    all.push(column);
  }
  return all;
}

/** As `effective` chooses them. */
function factsIn(columns: readonly FactColumn[], entry: number): readonly Characteristic[] {
  const facts: Characteristic[] = [];
  for (const column of columns)
    for (const said of column[entry] ?? []) {
      const fact = said.shown();
      if (!fact) continue;
      facts.push(fact);
      break;
    }
  return facts;
}

/** All that filters and the order of lists look at. */
const LISTED: readonly string[] =
  "name display_name layer deprecated backend family location format quantization roles_json capabilities_json source_reference path downloaded_at".split(
    " ",
  );

const isListedAnew = ({ table, before, after }: Change): boolean =>
  table === "entries" && (!before || !after || LISTED.some((column) => before[column] !== after[column]));

const nameIn = ({ before, after }: Change): string => String((after ?? before)?.["name"]);

/** @param said what that source says now */
function replace(column: (readonly Said[] | undefined)[], entry: number, row: Row, said: Said | undefined): void {
  const { trust } = saidBy(row);
  const others = (column[entry] ?? []).filter((one) => one.trust !== trust);
  const all = said && trust >= 0 ? [...others, said].toSorted((one, other) => one.trust - other.trust) : others;
  for (let next = column.length; next <= entry; next += 1) column.push(undefined);
  column[entry] = all.length > 0 ? all : undefined;
}
