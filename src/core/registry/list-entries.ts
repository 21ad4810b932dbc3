import type { Database } from "../ports/database.ts";
import type { Entry, EntryPage } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { type Place, cursorOf, parseCursor } from "./entry-query.ts";
import type { Known, Page, Range } from "./known.ts";
import { listedPage } from "./listed-page.ts";
import { queriedPage } from "./queried-page.ts";
import type { EntryFilter } from "./registry.ts";

const DEFAULT_LIMIT = 200;
const MOST = 1000;

interface FoundPage extends Pick<Page, "next"> {
  readonly entries: readonly Entry[];
  readonly total: number;
  /** False where the disk said of one that the filter does not mean it. */
  readonly fits: boolean;
}

export async function listEntries(database: Database, known: Known, filter: EntryFilter): Promise<EntryPage> {
  const limit = Math.min(MOST, Math.max(1, filter.limit ?? DEFAULT_LIMIT));
  const start = filter.cursor === undefined ? undefined : placeAt(filter.cursor);
  let found = await pageOf(database, known, filter, { start, limit });
  if (!found.fits) {
    // What was remembered is no longer so, and not of these rows alone perhaps.
    await known.presence.lookAgain();
    found = await pageOf(database, known, filter, { start, limit });
  }
  const { entries, total, next } = found;
  return { entries, total, ...(next !== undefined && { cursor: cursorOf(next) }) };
}

function placeAt(cursor: string): Place {
  const place = parseCursor(cursor);
  if (place) return place;
  throw fault({ code: "badArguments", verb: "models.list", path: "cursor", problem: "takes a cursor of this list" });
}

/** By what is in memory, else, and where that cannot tell, by SQLite alone. */
async function pageOf(database: Database, known: Known, filter: EntryFilter, range: Range): Promise<FoundPage> {
  const { listing } = known;
  const byFacts = (filter.where ?? []).length > 0;
  // Of all other pages the first ones lie ready as they are.
  if (byFacts) await listing.prepare();
  const { all, states, before, left, next, age } =
    (await listedPage(known, filter, range)) ?? (await queriedPage(database, known, filter, range));
  // The next such page need not do it so; what fails here is found out by whoever asks.
  if (listing.isStale() || byFacts) listing.read(async () => undefined).catch(() => undefined);
  else void listing.prepare();
  const seen = all.map((entry, index) => {
    const state = states[index] ?? "missing";
    return entry.state === state ? entry : { ...entry, state };
  });
  known.entries.keep(seen, age);
  const entries = seen.filter(
    ({ state }) => filter.installed === undefined || (state === "installed") === filter.installed,
  );
  return { entries, next, fits: entries.length === all.length, total: before + entries.length + left };
}
