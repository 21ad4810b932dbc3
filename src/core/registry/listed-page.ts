import type { Database } from "../ports/database.ts";
import type { Entry } from "../protocol/models.ts";
import { chooseListed } from "./choose-listed.ts";
import { entryOf } from "./entry-row.ts";
import type { Known, Page, Range } from "./list-entries.ts";
import type { Listed } from "./listed.ts";
import { rowsOf } from "./page-rows.ts";
import type { EntryFilter } from "./registry.ts";

/** A page by what is in memory; only entries that were not shown lately are read. undefined where SQLite must be asked. */
export async function listedPage(
  database: Pick<Database, "query">,
  known: Known,
  filter: EntryFilter,
  { start, limit }: Range,
): Promise<Page | undefined> {
  const isThere = filter.installed === undefined ? () => true : await known.presence.isThere();
  const choice = await chooseListed(known.columns, filter, isThere, start, limit + 1);
  if (!choice) return undefined;
  const page = choice.page.slice(0, limit);
  const age = known.entries.age();
  const [states, all] = await Promise.all([known.presence.look(page.map(rowOf)), entriesOf(database, known, page)]);
  // A commit came in between.
  if (!all || age !== known.entries.age()) return undefined;
  const left = Math.max(0, choice.onwards - limit);
  return { all, states, before: choice.before, left, next: left > 0 ? page.at(-1) : undefined, age };
}

/** What the disk is asked by. */
const rowOf = ({ key, path, location, downloadedAt }: Listed) => ({ key, path, location, downloaded_at: downloadedAt });

/** undefined where not all of them are there. */
async function entriesOf(
  database: Pick<Database, "query">,
  known: Known,
  page: readonly Listed[],
): Promise<readonly Entry[] | undefined> {
  const all = page.map(({ name }) => known.entries.get(name));
  const unread = page.filter((_, index) => all[index] === undefined);
  const facts = known.columns.facts();
  const names = unread.map(({ name }) => name);
  const rows = await rowsOf(database, names, known.testingPatterns, facts === undefined);
  if (rows.length !== unread.length) return undefined;
  const shown = facts ? undefined : await known.shown.of(rows);
  const read = unread.flatMap(({ name, number, testing }, index) => {
    const row = rows[index];
    return row ? [entryOf(row, "installed", testing, facts ? facts(number) : (shown?.get(name) ?? []))] : [];
  });
  const next = read.values();
  return all.flatMap((one) => one ?? next.next().value ?? []);
}
