import type { Change, Changes, Database } from "../ports/database.ts";
import type { Condition } from "./entry-query.ts";
import { type Listed, SLICE, patchListed, readListed } from "./listed.ts";

/**
 * All entries in memory, so that a page need not ask SQLite: to count what fits, it would have to look at every entry anew,
 * and by characteristics seek once for each. They are read in slices, ahead or when a page found them missing, and follow
 * the commits from then on.
 */
export interface Listing {
  /** In the order of lists; undefined while they are not in memory. */
  entries(): Promise<readonly Listed[] | undefined>;
  /** Reads them unless they are in memory. @param pause waited for before each slice; where it rejects, so does this */
  read(pause: () => Promise<void>): Promise<void>;
  /** Whether they were in memory until more of them changed than are read one by one. */
  isStale(): boolean;
  changed(changes: Changes): void;
  forget(): void;
}

/** Entries that are read one by one; with more, all are read anew. */
const PATCHED = 300;

interface Held {
  readonly entries: readonly Listed[];
  /** Names of entries that may be otherwise now, or gone. */
  readonly moved: Set<string>;
}

/** @param testing tells testing entries from others */
export function createListing(database: Pick<Database, "query">, testing: Condition): Listing {
  let held: Held | undefined;
  let stale = false;
  let reading: { readonly done: Promise<void>; readonly moved: Set<string> } | undefined;
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  /** How often all was forgotten. */
  let era = 0;
  const forget = (): void => {
    [age, era] = [age + 1, era + 1];
    [held, stale] = [undefined, false];
  };
  const readAll = async (moved: Set<string>, pause: () => Promise<void>): Promise<void> => {
    const begun = era;
    const entries: Listed[] = [];
    for (let slice: readonly Listed[] | undefined; slice === undefined || slice.length === SLICE;) {
      await pause();
      slice = await readListed(database, testing, entries.at(-1));
      if (begun !== era) return;
      entries.push(...slice);
    }
    [held, stale] = [{ entries, moved }, false];
  };
  return {
    entries: async () => {
      if (!held || held.moved.size === 0) return held?.entries;
      const [before, begun] = [held, age];
      const entries = await patchListed(database, testing, before.entries, new Set(before.moved));
      if (begun === age) held = { entries, moved: new Set() };
      return entries;
    },
    read: async (pause) => {
      if (held) return;
      if (!reading) {
        const moved = new Set<string>();
        const done = readAll(moved, pause).finally(() => {
          reading = undefined;
        });
        reading = { done, moved };
      }
      await reading.done;
    },
    isStale: () => stale,
    changed: (changes) => {
      if (changes === "many") return forget();
      if (changes.length > 0) age += 1;
      for (const change of changes)
        for (const name of namesIn(change)) {
          held?.moved.add(name);
          reading?.moved.add(name);
        }
      if (held && held.moved.size > PATCHED) [held, stale] = [undefined, true];
    },
    forget,
  };
}

/** Of entries a commit says something of. */
function namesIn({ table, before, after }: Change): readonly string[] {
  const column = table === "entries" ? "name" : table === "characteristics" ? "entry" : undefined;
  if (column === undefined) return [];
  return [before, after].flatMap((row) => (row ? [String(row[column])] : []));
}
