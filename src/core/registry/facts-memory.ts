import type { Changes, Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { factsIn, factsOf } from "./entry-facts.ts";

/** The effective characteristics of entries that were shown, so that drawing a page anew does not read them anew. */
export interface FactsMemory {
  /**
   * True for the first pages after the opening, when each is asked for the first time: of these the facts are asked for together with the rows, so that what is
   * asked is the same at the next opening, whichever entries are in them (see answers-file.ts).
   */
  isEarly(page: string): boolean;
  /** Of rows that have them as `all_facts` they are taken from there. */
  of(rows: readonly Row[]): Promise<ReadonlyMap<string, readonly Characteristic[]>>;
  /** What a commit touched is read again. */
  changed(changes: Changes): void;
  /** All of it is. */
  forget(): void;
}

/** Of some twenty values each: a few megabytes. */
const MOST = 4000;
/** Pages: a tree opens so many groups by itself. */
const EARLY = 20;

export function createFactsMemory(database: Pick<Database, "query">): FactsMemory {
  const known = new Map<string, readonly Characteristic[]>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  const pages = new Set<string>();
  const forget = (): void => {
    age += 1;
    known.clear();
  };
  return {
    isEarly: (page) => pages.size < EARLY && !pages.has(page) && pages.add(page).size <= EARLY,
    of: async (rows) => {
      const names = rows.map((row) => text(row, "name") ?? "");
      const given = rows.filter((row) => row["all_facts"] !== undefined);
      const wanted = rows.filter((row, index) => row["all_facts"] === undefined && !known.has(names[index] ?? ""));
      const begun = age;
      const read = new Map([
        ...given.map((row) => [text(row, "name") ?? "", factsIn(row)] as const),
        ...(await factsOf(database, wanted)),
      ]);
      const all = new Map(names.map((name) => [name, read.get(name) ?? known.get(name) ?? []]));
      if (begun !== age) return all;
      for (const [name, facts] of all) {
        // Those shown last are let go of last.
        known.delete(name);
        known.set(name, facts);
      }
      for (const name of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(name);
      }
      return all;
    },
    forget,
    changed: (changes) => {
      if (changes === "many") return forget();
      age += 1;
      for (const { table, before, after } of changes)
        if (table === "characteristics")
          for (const row of [before, after]) known.delete((row && text(row, "entry")) ?? "");
    },
  };
}
