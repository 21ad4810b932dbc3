import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { DiskLook } from "../ports/disk-look.ts";
import type { Files } from "../ports/files.ts";
import type { Entry, EntryPage } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import type { EntryMemory } from "./entry-memory.ts";
import { type Condition, type Place, both, cursorOf, matching, parseCursor } from "./entry-query.ts";
import type { FactsMemory } from "./facts-memory.ts";
import { listedPage } from "./listed-page.ts";
import type { Listing } from "./listing.ts";
import type { PresenceMemory } from "./presence-memory.ts";
import { queriedPage } from "./queried-page.ts";
import type { EntryFilter } from "./registry.ts";
import type { Roots } from "./roots.ts";

const DEFAULT_LIMIT = 200;
const MOST = 1000;

/** What the registry knows beside its rows. */
export interface Facts {
  readonly files: Pick<Files, "stat">;
  /** Tells of many whether they are there; each is asked for by itself unless given. */
  readonly look?: Pick<DiskLook, "areThere"> | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly digest: MakeDigest;
  /** Names they match belong to testing entries; `*` stands for anything. */
  readonly testingPatterns: readonly string[];
  /** Where models lie: what is absent with all of its place is offline. None unless told. */
  readonly roots?: Roots | undefined;
}

/** The facts, with what is remembered of the disk and of the rows. */
export interface Known extends Facts {
  readonly presence: PresenceMemory;
  readonly shown: FactsMemory;
  readonly entries: EntryMemory;
  readonly listing: Listing;
}

/** Which of the entries that fit are asked for: so many after a place. */
export interface Range {
  readonly start: Place | undefined;
  readonly limit: number;
}

/** A page before the filter is held against what the disk says of it. */
export interface Page {
  /** With whatever state. */
  readonly all: readonly Entry[];
  readonly states: readonly Entry["state"][];
  /** How many fit before the page, and behind it. */
  readonly before: number;
  readonly left: number;
  /** Where the next page begins after; undefined where there is none. */
  readonly next: Place | undefined;
  /** Of what is remembered of entries when they were read. */
  readonly age: number;
}

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

/** What the filter lets through, as far as it is known without another look at the disk. */
export async function chosen(known: Known, filter: EntryFilter): Promise<Condition> {
  const condition = matching(filter, known.testingPatterns);
  return filter.installed === undefined ? condition : both(condition, await known.presence.met(filter.installed));
}

/** By what is in memory, else, and where that cannot tell, by SQLite alone. */
async function pageOf(database: Database, known: Known, filter: EntryFilter, range: Range): Promise<FoundPage> {
  const { listing } = known;
  const { all, states, before, left, next, age } =
    (await listedPage(known, filter, range)) ?? (await queriedPage(database, known, filter, range));
  // The next such page need not do it so; what fails here is found out by whoever asks.
  if (listing.isStale() || (filter.where ?? []).length > 0) listing.read(async () => undefined).catch(() => undefined);
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
