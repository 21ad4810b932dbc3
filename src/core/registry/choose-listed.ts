import type { Place } from "./entry-query.ts";
import type { FactColumn, FactColumns } from "./fact-columns.ts";
import { factFits } from "./fact-fits.ts";
import { fitsUnsaid, listedFits } from "./listed-fits.ts";
import { type Listed, placesUpTo } from "./listed.ts";
import type { EntryFilter, FactFilter } from "./registry.ts";

export interface Choice {
  /** Of the page and the entry after it, in order. */
  readonly page: readonly Listed[];
  /** How many fit before the page and from its begin on. */
  readonly before: number;
  readonly onwards: number;
}

/**
 * The entries a filter lets through, by what is in memory, as `matching` of entry-query.ts says it; undefined where that
 * must be asked of SQLite.
 * @param isThere what is remembered of the file of the entry whose row has this key
 */
export async function chooseListed(
  columns: FactColumns,
  filter: EntryFilter,
  isThere: (key: string) => boolean,
  start: Place | undefined,
  most: number,
): Promise<Choice | undefined> {
  const where = filter.where ?? [];
  const era = columns.era();
  const [listed, ...read] = await Promise.all([columns.entries(), ...where.map(({ name }) => columns.column(name))]);
  const fits = listedFits(filter, isThere);
  if (!listed || !fits || era !== columns.era()) return undefined;
  const all = [fits];
  for (const [index, fact] of where.entries()) {
    const column = read[index];
    if (!column) return undefined;
    all.push(listedHas(fact, column));
  }
  const begin = start ? placesUpTo(listed, start) : 0;
  const page: Listed[] = [];
  let [before, onwards] = [0, 0];
  for (const [index, one] of listed.entries()) {
    if (!all.every((passes) => passes(one))) continue;
    if (index < begin) before += 1;
    else if ((onwards += 1) <= most) page.push(one);
  }
  return { page, before, onwards };
}

/** Whether the effective value fits; where no source says one, what is listed among its capabilities. */
function listedHas(fact: FactFilter, column: FactColumn): (one: Listed) => boolean {
  const [fits, unsaid] = [factFits(fact), fitsUnsaid(fact)];
  return (one) => {
    const said = column[one.number]?.[0];
    return said ? fits(said) : unsaid(one);
  };
}
