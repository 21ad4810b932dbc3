import type { Database } from "../ports/database.ts";
import { type Condition, type Place, both, holdsUnsaid, upTo } from "./entry-query.ts";
import type { FactColumns } from "./fact-columns.ts";
import { factFits } from "./fact-fits.ts";
import type { FactFilter } from "./registry.ts";

export interface Choice {
  /** Of the page and the entry after it, in order. */
  readonly names: readonly string[];
  /** How many fit before the page and from its begin on. */
  readonly before: number;
  readonly onwards: number;
}

/**
 * The entries a condition and filters by characteristics let through, as `matching` of entry-query.ts says it; undefined
 * where that must be asked of SQLite.
 */
export async function chooseByFacts(
  database: Pick<Database, "query">,
  columns: FactColumns,
  asked: { readonly condition: Condition; readonly where: readonly FactFilter[] },
  start: Place | undefined,
  most: number,
): Promise<Choice | undefined> {
  const { condition, where } = asked;
  const era = columns.era();
  const [list, passed, ...read] = await Promise.all([
    columns.list(condition),
    start ? countOf(database, both(upTo(start), condition)) : 0,
    ...where.map(({ name }) => columns.column(name)),
  ]);
  if (!list || era !== columns.era()) return undefined;
  const { names, numbers } = list;
  /** Places in the list. */
  let left = Uint32Array.from(names.keys());
  for (const [index, fact] of where.entries()) {
    const column = read[index];
    if (!column) return undefined;
    const fits = factFits(fact);
    const unsaid = holdsUnsaid(fact);
    const isSilent = left.some((place) => column[numbers[place] ?? 0] === undefined);
    // Asked in the condition's own words, so that both are told apart by the same rules.
    const silent = !isSilent || unsaid.sql === "0" ? [] : (await columns.list(both(condition, unsaid)))?.numbers;
    if (!silent) return undefined;
    if (era !== columns.era()) return undefined;
    const alike = new Set(silent);
    left = left.filter((place) => {
      const number = numbers[place] ?? 0;
      const said = column[number]?.[0];
      return said ? fits(said) : alike.has(number);
    });
  }
  const begin = left.findIndex((place) => place >= passed);
  const before = begin === -1 ? left.length : begin;
  return {
    names: Array.from(left.subarray(before, before + most), (place) => names[place] ?? ""),
    before,
    onwards: left.length - before,
  };
}

export async function countOf(database: Pick<Database, "query">, { sql, parameters }: Condition): Promise<number> {
  const [counted] = await database.query(`SELECT count(*) AS total FROM entries e WHERE ${sql}`, parameters);
  return Number(counted?.["total"] ?? 0);
}
