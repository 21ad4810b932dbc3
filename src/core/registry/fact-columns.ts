import type { Change, Changes, Database, Row } from "../ports/database.ts";
import type { CharacteristicName } from "../protocol/models.ts";
import { text } from "./columns.ts";
import type { Condition } from "./entry-query.ts";
import { type EntryList, patchList, readList } from "./entry-lists.ts";
import { type Said, readColumn, saidBy } from "./read-column.ts";

/** What is said of an entry, at the place of its number; undefined where no source speaks of it. */
export type FactColumn = readonly (readonly Said[] | undefined)[];

/**
 * What filters by characteristics look at, in memory: to count what fits, SQLite would have to seek once for each entry.
 * Both are read whole when they are first asked for, or ahead, and follow the commits from then on.
 */
export interface FactColumns {
  /** undefined where it cannot be carried as text; SQLite must be asked then. */
  column(name: string): Promise<FactColumn | undefined>;
  /** The entries the condition lets through, in the order of lists; undefined as above. */
  list(condition: Condition): Promise<EntryList | undefined>;
  /** Another one where what was given before goes with nothing that is given now. */
  era(): number;
  /** Reads the list and the columns of all names that filters know. */
  readAhead(condition: Condition, pause: () => Promise<void>): Promise<void>;
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

/** Half a megabyte each, with 10,000 entries whose names they share. */
const COLUMNS = 24;
/** A megabyte each. */
const LISTS = 8;
/** Entries that are put at their places one by one; with more, a list is read anew. */
const PATCHED = 200;

interface KeptList {
  readonly list: EntryList;
  /** Names of entries that may stand elsewhere now, or not at all. */
  readonly moved: Set<string>;
}

export function createFactColumns(database: Pick<Database, "query">): FactColumns {
  const columns = new Map<string, (readonly Said[] | undefined)[]>();
  const lists = new Map<string, KeptList>();
  /** Entry → its number, one for all columns and lists. */
  let numbers = new Map<string, number>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  let era = 0;
  const keep = <T>(kept: Map<string, T>, key: string, most: number, value: T): void => {
    // What was asked for last is let go of last.
    kept.delete(key);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
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
    lists.clear();
    // Entries that are gone leave theirs unused.
    numbers = new Map();
  };
  const follow = (row: Row, said: Said | undefined): void => {
    const column = columns.get(text(row, "name") ?? "");
    if (column) replace(column, numberOf(text(row, "entry") ?? ""), row, said);
  };
  const memory: FactColumns = {
    column: async (name) => {
      const begun = age;
      const known = columns.get(name);
      const column = known ?? (await readColumn(database, name, numberOf));
      if (column && begun === age) keep(columns, name, COLUMNS, column);
      return column;
    },
    list: async (condition) => {
      const key = JSON.stringify(condition);
      const begun = age;
      const known = lists.get(key);
      if (known?.moved.size === 0) {
        keep(lists, key, LISTS, known);
        return known.list;
      }
      const list = known
        ? await patchList(database, condition, known.list, new Set(known.moved), numberOf)
        : await readList(database, condition, numberOf);
      if (list && begun === age) keep(lists, key, LISTS, { list, moved: new Set() });
      return list;
    },
    era: () => era,
    readAhead: async (condition, pause) => {
      await pause();
      await memory.list(condition);
      for (const name of FILTERED) {
        await pause();
        await memory.column(name);
      }
    },
    changed: (changes) => {
      if (changes === "many") return forget();
      if (changes.length > 0) age += 1;
      const moved = changes.filter(isListedAnew).map(nameIn);
      for (const [key, list] of lists) {
        for (const name of moved) list.moved.add(name);
        if (list.moved.size > PATCHED) lists.delete(key);
      }
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

/** All that the conditions and the order of lists look at (see the index entries_listed). */
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
