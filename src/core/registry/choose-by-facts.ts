import type { Database } from "../ports/database.ts";
import { type Condition, ORDER, type Place, both, holdsUnsaid, upTo } from "./entry-query.ts";
import { factFits } from "./fact-fits.ts";
import { joined, partsOf } from "./joined.ts";
import { readColumn } from "./read-column.ts";
import type { FactFilter } from "./registry.ts";

interface NamedChoice {
  /** Of the page and the entry after it, in order. */
  readonly names: readonly string[];
  /** How many fit before the page and from its begin on. */
  readonly before: number;
  readonly onwards: number;
}

/**
 * The entries a condition and filters by characteristics let through, as `matching` of entry-query.ts says it, while the
 * entries are not in memory yet: SQLite would seek once for each of them. undefined where it must be asked all the same.
 */
export async function chooseByFacts(
  database: Pick<Database, "query">,
  { condition, where }: { readonly condition: Condition; readonly where: readonly FactFilter[] },
  start: Place | undefined,
  most: number,
): Promise<NamedChoice | undefined> {
  const [names, passed, ...columns] = await Promise.all([
    namesOf(database, condition),
    start ? countOf(database, both(upTo(start), condition)) : 0,
    ...where.map(({ name }) => readColumn(database, name)),
  ]);
  if (!names) return undefined;
  let left = names.map((name, place) => ({ name, place }));
  for (const [index, fact] of where.entries()) {
    const column = columns[index];
    if (!column) return undefined;
    const fits = factFits(fact);
    const unsaid = holdsUnsaid(fact);
    const isSilent = left.some(({ name }) => !column.has(name));
    // Asked in the condition's own words, so that both are told apart by the same rules.
    const silent = !isSilent || unsaid.sql === "0" ? [] : await namesOf(database, both(condition, unsaid));
    if (!silent) return undefined;
    const alike = new Set(silent);
    left = left.filter(({ name }) => {
      const said = column.get(name);
      return said ? fits(said) : alike.has(name);
    });
  }
  const begin = left.findIndex(({ place }) => place >= passed);
  const before = begin === -1 ? left.length : begin;
  return {
    names: left.slice(before, before + most).map(({ name }) => name),
    before,
    onwards: left.length - before,
  };
}

/** In the order of lists; undefined where one cannot be carried as text. */
async function namesOf(
  database: Pick<Database, "query">,
  { sql, parameters }: Condition,
): Promise<readonly string[] | undefined> {
  const [row] = await database.query(
    `SELECT count(*) AS many, ${joined("name")} AS names FROM (SELECT e.name FROM entries e WHERE ${sql} ORDER BY ${ORDER})`,
    parameters,
  );
  return partsOf(row, "names", Number(row?.["many"]));
}

export async function countOf(database: Pick<Database, "query">, { sql, parameters }: Condition): Promise<number> {
  const [counted] = await database.query(`SELECT count(*) AS total FROM entries e WHERE ${sql}`, parameters);
  return Number(counted?.["total"] ?? 0);
}
