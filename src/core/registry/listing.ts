import type { Changes, Database } from "../ports/database.ts";
import { isTesting, isTooLong } from "./entry-query.ts";
import { type Listed, SLICE, patchListed, readListed } from "./listed.ts";
import { MOST_MOVED, namesIn } from "./moved-names.ts";
import { unpackListing } from "./packed-listing.ts";

/**
 * All entries in memory, so that a page need not ask SQLite: to count what fits, it would have to look at every entry anew,
 * and by characteristics seek once for each. They lie ready beside the snapshot, or are read in slices, ahead or when a
 * page found them missing, and follow the commits from then on.
 */
export interface Listing {
  /** In the order of lists; undefined while they are not in memory. Waits for what `prepare` began. */
  entries(): Promise<readonly Listed[] | undefined>;
  /** Takes them as they lie ready, the first time. Never rejects. */
  prepare(): Promise<void>;
  /** Reads them unless they are in memory. @param pause waited for before each slice; where it rejects, so does this */
  read(pause: () => Promise<void>): Promise<void>;
  /** Whether they were in memory until more of them changed than are read one by one. */
  isStale(): boolean;
  changed(changes: Changes): void;
  forget(): void;
}

interface Held {
  readonly entries: readonly Listed[];
  /** Names of entries that may be otherwise now, or gone. */
  readonly moved: Set<string>;
}

/** @param testingPatterns tell testing entries from others */
export function createListing(
  database: Pick<Database, "query" | "prepared">,
  testingPatterns: readonly string[],
): Listing {
  const testing = isTesting(testingPatterns);
  let held: Held | undefined;
  let stale = false;
  let reading: { readonly done: Promise<void>; readonly moved: Set<string> } | undefined;
  let preparing: Promise<void> | undefined;
  /** Of what was taken, until it is done. */
  let ahead: Iterator<void> | undefined;
  /** Since this was made, until it is known what lies ready. */
  const early = new Set<string>();
  /** Counts commits: what was read before one may be older than it. */
  let age = 0;
  /** How often all was forgotten. */
  let era = 0;
  const forget = (): void => {
    [age, era] = [age + 1, era + 1];
    [held, stale] = [undefined, false];
    ahead = undefined;
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
  const take = async (): Promise<void> => {
    // What SQLite makes of such a pattern is its own.
    if (testingPatterns.some((pattern) => pattern.includes("\0") || isTooLong(pattern))) return;
    const found = await database.prepared().catch(() => undefined);
    if (!found || held || era > 0) return;
    const unpacked = unpackListing(found.listing, testingPatterns);
    const moved = new Set([...found.moved, ...early]);
    if (!unpacked || moved.size > MOST_MOVED) return;
    held = { entries: unpacked.entries, moved };
    ahead = unpacked.ahead()[Symbol.iterator]();
  };
  const prepare = (): Promise<void> => (preparing ??= take().finally(() => early.clear()));
  return {
    entries: async () => {
      await preparing;
      if (!held || held.moved.size === 0) return held?.entries;
      const [before, begun] = [held, age];
      const entries = await patchListed(database, testing, before.entries, new Set(before.moved));
      if (begun === age) held = { entries, moved: new Set() };
      return entries;
    },
    prepare,
    read: async (pause) => {
      await prepare();
      for (let next = ahead; next; next = ahead) {
        await pause();
        if (next.next().done === true) ahead = undefined;
      }
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
          early.add(name);
        }
      if (held && held.moved.size > MOST_MOVED) [held, stale, ahead] = [undefined, true, undefined];
    },
    forget,
  };
}
