import type { Database, Row } from "../ports/database.ts";
import type { MakeDigest } from "../ports/digest.ts";
import type { Files } from "../ports/files.ts";
import type { Entry, EntryPage } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { type Condition, ORDER, after, cursorOf, isTesting, matching, parseCursor, placeOf } from "./entry-query.ts";
import { entryOf } from "./entry-row.ts";
import { factsOf } from "./entry-facts.ts";
import { statesOf } from "./presence.ts";
import type { EntryFilter } from "./registry.ts";

const DEFAULT_LIMIT = 200;
const MOST = 1000;

/** What the registry knows beside its rows. */
export interface Facts {
  readonly files: Pick<Files, "stat">;
  readonly digest: MakeDigest;
  /** Names they match belong to testing entries; `*` stands for anything. */
  readonly testingPatterns: readonly string[];
}

export async function listEntries(database: Database, facts: Facts, filter: EntryFilter): Promise<EntryPage> {
  const limit = Math.min(MOST, Math.max(1, filter.limit ?? DEFAULT_LIMIT));
  const condition = matching(filter, facts.testingPatterns);
  const start = filter.cursor === undefined ? NOWHERE : after(placeAt(filter.cursor));
  const found =
    filter.installed === undefined
      ? await pageOf(database, facts, condition, start, limit)
      : await pageByState(database, facts, condition, start, limit, filter.installed);
  const shown = found.rows.slice(0, limit);
  const known = await factsOf(database, shown);
  const entries = shown.map((row, index) =>
    entryOf(row, found.states[index] ?? "missing", row["testing"] === 1, known.get(String(row["name"])) ?? []),
  );
  const last = found.rows[limit - 1];
  return {
    entries,
    total: found.total,
    ...(found.rows.length > limit && last !== undefined ? { cursor: cursorOf(placeOf(last)) } : {}),
  };
}

/** `rows` has one more than the limit where there is a next page. */
interface Found {
  readonly rows: readonly Row[];
  readonly states: readonly Entry["state"][];
  readonly total: number;
}

const NOWHERE: Condition = { sql: "1", parameters: [] };

function placeAt(cursor: string): NonNullable<ReturnType<typeof parseCursor>> {
  const place = parseCursor(cursor);
  if (place) return place;
  throw fault({ code: "badArguments", verb: "models.list", path: "cursor", problem: "takes a cursor of this list" });
}

async function pageOf(
  database: Database,
  facts: Facts,
  condition: Condition,
  start: Condition,
  limit: number,
): Promise<Found> {
  const testing = isTesting(facts.testingPatterns);
  // Whole rows are read of the page alone.
  const rows = await database.query(
    `SELECT e.*, ${testing.sql} AS testing FROM
       (SELECT e.key FROM entries e WHERE ${condition.sql} AND ${start.sql} ORDER BY ${ORDER} LIMIT ?) k
     JOIN entries e ON e.key = k.key ORDER BY ${ORDER}`,
    [...testing.parameters, ...condition.parameters, ...start.parameters, limit + 1],
  );
  const whole = start === NOWHERE && rows.length <= limit;
  // While the disk is asked for the page, the rest is counted.
  const [states, total] = await Promise.all([
    statesOf(rows.slice(0, limit), facts.files),
    whole ? rows.length : countOf(database, condition),
  ]);
  return { rows, states, total };
}

async function countOf(database: Database, { sql, parameters }: Condition): Promise<number> {
  const [counted] = await database.query(`SELECT count(*) AS total FROM entries e WHERE ${sql}`, parameters);
  return Number(counted?.["total"] ?? 0);
}

/** Whether a file is there only the disk knows, so every candidate is looked up; whole rows are read of the page alone. */
async function pageByState(
  database: Database,
  facts: Facts,
  condition: Condition,
  start: Condition,
  limit: number,
  installed: boolean,
): Promise<Found> {
  const candidates = await database.query(
    `SELECT e.key, e.path, e.downloaded_at, ${start.sql} AS later FROM entries e WHERE ${condition.sql} ORDER BY ${ORDER}`,
    [...start.parameters, ...condition.parameters],
  );
  const states = await statesOf(candidates, facts.files);
  const chosen = candidates
    .map((row, index) => ({ row, state: states[index] ?? "missing" }))
    .filter(({ state }) => (state === "installed") === installed);
  const page = chosen.filter(({ row }) => row["later"] === 1).slice(0, limit + 1);
  const keys = page.map(({ row }) => String(row["key"]));
  const testing = isTesting(facts.testingPatterns);
  const rows = await database.query(
    `SELECT e.*, ${testing.sql} AS testing FROM json_each(?) k JOIN entries e ON e.key = k.value ORDER BY k.key`,
    [...testing.parameters, JSON.stringify(keys)],
  );
  const stateByKey = new Map(page.map(({ row, state }) => [String(row["key"]), state]));
  return { rows, states: rows.map((row) => stateByKey.get(String(row["key"])) ?? "missing"), total: chosen.length };
}
