import type { Database } from "../ports/database.ts";
import { placeOf } from "./entry-query.ts";
import { entryOf } from "./entry-row.ts";
import { type Known, type Page, type Range, chosen } from "./known.ts";
import { pageRows } from "./page-rows.ts";
import type { EntryFilter } from "./registry.ts";

/** A page as SQLite chooses it. */
export async function queriedPage(
  database: Pick<Database, "query">,
  known: Known,
  filter: EntryFilter,
  { start, limit }: Range,
): Promise<Page> {
  const age = known.entries.age();
  const { rows, counts } = await pageRows(database, {
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
  const all = page.map((row) => entryOf(row, "installed", row["testing"] === 1, shown.get(String(row["name"])) ?? []));
  const last = page.at(-1);
  return { all, states, before, left, next: rows.length > limit && last ? placeOf(last) : undefined, age };
}
