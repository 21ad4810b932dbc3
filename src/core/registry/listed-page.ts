import { chooseListed } from "./choose-listed.ts";
import { entryOf } from "./entry-row.ts";
import type { Known, Page, Range } from "./known.ts";
import type { EntryFilter } from "./registry.ts";
import { effectiveOf } from "./said.ts";

/** A page by what is in memory; undefined where SQLite must be asked. */
export async function listedPage(
  known: Known,
  filter: EntryFilter,
  { start, limit }: Range,
): Promise<Page | undefined> {
  const age = known.entries.age();
  const isThere = filter.installed === undefined ? () => true : await known.presence.isThere();
  const listed = await known.listing.entries();
  const choice = listed && chooseListed(listed, filter, isThere, start, limit + 1);
  if (!choice) return undefined;
  const page = choice.page.slice(0, limit);
  const states = await known.presence.look(page.map(({ row }) => row));
  const all = page.map(
    ({ name, row, said }, index) =>
      known.entries.get(name) ?? entryOf(row, states[index] ?? "missing", row.testing === 1, effectiveOf(said)),
  );
  const left = Math.max(0, choice.onwards - limit);
  return { all, states, before: choice.before, left, next: left > 0 ? page.at(-1) : undefined, age };
}
