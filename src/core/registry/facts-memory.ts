import type { Changes, Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { factsOf } from "./entry-facts.ts";

/** The effective characteristics of entries that were shown, so that drawing a page anew does not read them anew. */
export interface FactsMemory {
  of(rows: readonly Row[]): Promise<ReadonlyMap<string, readonly Characteristic[]>>;
  /** What a commit touched is read again. */
  changed(changes: Changes): void;
}

/** Of some twenty values each: a few megabytes. */
const MOST = 4000;

export function createFactsMemory(database: Pick<Database, "query">): FactsMemory {
  const known = new Map<string, readonly Characteristic[]>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  return {
    of: async (rows) => {
      const names = rows.map((row) => text(row, "name") ?? "");
      const wanted = rows.filter((_, index) => !known.has(names[index] ?? ""));
      const begun = age;
      const read = await factsOf(database, wanted);
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
    changed: (changes) => {
      age += 1;
      if (changes === "many") return known.clear();
      for (const { table, before, after } of changes)
        if (table === "characteristics")
          for (const row of [before, after]) known.delete((row && text(row, "entry")) ?? "");
    },
  };
}
