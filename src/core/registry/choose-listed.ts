import type { Place } from "./entry-query.ts";
import { listedFits } from "./listed-fits.ts";
import { type Listed, placesUpTo } from "./listed.ts";
import type { EntryFilter } from "./registry.ts";

export interface Choice {
  /** Of the page and the entry after it, in order. */
  readonly page: readonly Listed[];
  /** How many fit before the page and from its begin on. */
  readonly before: number;
  readonly onwards: number;
}

/**
 * The entries a filter lets through, as `matching` of entry-query.ts says it; undefined where that must be asked of SQLite.
 * @param isThere what is remembered of the file of the entry whose row has this key
 */
export function chooseListed(
  entries: readonly Listed[],
  filter: EntryFilter,
  isThere: (key: string) => boolean,
  start: Place | undefined,
  most: number,
): Choice | undefined {
  const fits = listedFits(filter, isThere);
  if (!fits) return undefined;
  const begin = start ? placesUpTo(entries, start) : 0;
  const page: Listed[] = [];
  let [before, onwards] = [0, 0];
  for (const [index, one] of entries.entries()) {
    if (!fits(one)) continue;
    if (index < begin) before += 1;
    else if ((onwards += 1) <= most) page.push(one);
  }
  return { page, before, onwards };
}
