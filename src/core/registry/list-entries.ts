import type { Clock } from "../ports/clock.ts";
import type { Database, Row } from "../ports/database.ts";
import type { DiskLook } from "../ports/disk-look.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { Files } from "../ports/files.ts";
import type { Entry, EntryPage } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { type Condition, type Place, both, cursorOf, matching, parseCursor, placeOf } from "./entry-query.ts";
import { entryOf } from "./entry-row.ts";
import type { FactsMemory } from "./facts-memory.ts";
import type { FactColumns } from "./fact-columns.ts";
import { pageRows } from "./page-rows.ts";
import type { PresenceMemory } from "./presence-memory.ts";
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
  readonly columns: FactColumns;
}

export async function listEntries(database: Database, known: Known, filter: EntryFilter): Promise<EntryPage> {
  const limit = Math.min(MOST, Math.max(1, filter.limit ?? DEFAULT_LIMIT));
  const start = filter.cursor === undefined ? undefined : placeAt(filter.cursor);
  let found = await pageOf(database, known, filter, start, limit);
  if (!found.fits) {
    // What was remembered is no longer so, and not of these rows alone perhaps.
    await known.presence.lookAgain();
    found = await pageOf(database, known, filter, start, limit);
  }
  const last = found.rows[limit - 1];
  return {
    entries: found.entries,
    total: found.total,
    ...(found.rows.length > limit && last !== undefined ? { cursor: cursorOf(placeOf(last)) } : {}),
  };
}

interface Found {
  /** One more than the limit where there is a next page. */
  readonly rows: readonly Row[];
  /** Those of the page, but for what the disk says the filter does not mean. */
  readonly entries: readonly Entry[];
  readonly total: number;
  /** False where the disk said so of one. */
  readonly fits: boolean;
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

async function pageOf(
  database: Database,
  known: Known,
  filter: EntryFilter,
  start: Place | undefined,
  limit: number,
): Promise<Found> {
  const { rows, counts } = await pageRows(database, known.columns, {
    condition: await chosen(known, { ...filter, where: undefined }),
    where: filter.where ?? [],
    start,
    limit,
    testingPatterns: known.testingPatterns,
    isEarly: known.shown.isEarly(JSON.stringify(filter)),
  });
  const page = rows.slice(0, limit);
  // While the disk is asked for the page, what is before and behind it is counted.
  const [states, shown, { before, left }] = await Promise.all([
    known.presence.look(page),
    known.shown.of(page),
    counts(),
  ]);
  const all = page.map((row, index) =>
    entryOf(row, states[index] ?? "missing", row["testing"] === 1, shown.get(String(row["name"])) ?? []),
  );
  const entries = all.filter(
    ({ state }) => filter.installed === undefined || (state === "installed") === filter.installed,
  );
  const fits = entries.length === all.length;
  return { rows, entries, fits, total: before + entries.length + left };
}
