import type { Database, Row } from "../ports/database.ts";
import { chooseByFacts, countOf } from "./choose-by-facts.ts";
import { allFacts } from "./said.ts";
import { SHOWN } from "./entry-row.ts";
import {
  type Condition,
  MERGED,
  ORDER,
  type Place,
  after,
  both,
  holdingFacts,
  isTesting,
  placeOf,
  upTo,
} from "./entry-query.ts";
import type { FactFilter } from "./registry.ts";

export interface PageRows {
  /** One more than the limit where there is a next page. */
  readonly rows: readonly Row[];
  /** How many fit before the page, and behind it. */
  readonly counts: () => Promise<{ readonly before: number; readonly left: number }>;
}

export interface PageQuery {
  /** All that is asked but for characteristics. */
  readonly condition: Condition;
  readonly where: readonly FactFilter[];
  readonly start: Place | undefined;
  readonly limit: number;
  readonly testingPatterns: readonly string[];
  /** To be asked in words that the next opening repeats; each row has its facts as `all_facts` then. */
  readonly isEarly: boolean;
}

const selected = (testingPatterns: readonly string[], withFacts: boolean): Condition => {
  const testing = isTesting(testingPatterns);
  const columns = SHOWN.map((column) => `e.${column}`).join(", ");
  return {
    sql: `${columns}, ${testing.sql} AS testing${withFacts ? `, ${allFacts("e.name")} AS all_facts` : ""}`,
    parameters: testing.parameters,
  };
};

/** By characteristics in memory where they are asked for, else, and where that cannot tell, by SQLite alone. */
export async function pageRows(database: Pick<Database, "query">, query: PageQuery): Promise<PageRows> {
  return (query.where.length > 0 && (await byFacts(database, query))) || bySql(database, query);
}

async function byFacts(database: Pick<Database, "query">, query: PageQuery): Promise<PageRows | undefined> {
  const { start, limit } = query;
  const choice = await chooseByFacts(database, query, start, limit + 1);
  if (!choice) return undefined;
  const wanted = selected(query.testingPatterns, true);
  const rows = await database.query(
    `SELECT ${wanted.sql} FROM json_each(?) k CROSS JOIN entries e ON e.name = k.value WHERE ${MERGED} ORDER BY k.key`,
    [...wanted.parameters, JSON.stringify(choice.names)],
  );
  // A commit came in between.
  if (rows.length !== choice.names.length) return undefined;
  const left = Math.max(0, choice.onwards - limit);
  return { rows, counts: () => Promise.resolve({ before: choice.before, left }) };
}

async function bySql(database: Pick<Database, "query">, query: PageQuery): Promise<PageRows> {
  const { start, limit } = query;
  const condition = query.where.reduce((all, fact) => both(all, holdingFacts(fact)), query.condition);
  const onwards = start ? both(after(start), condition) : condition;
  const wanted = selected(query.testingPatterns, query.isEarly);
  // Whole rows are read of the page alone.
  const rows = await database.query(
    `SELECT ${wanted.sql} FROM
       (SELECT e.key FROM entries e WHERE ${onwards.sql} ORDER BY ${ORDER} LIMIT ?) k
     JOIN entries e ON e.key = k.key ORDER BY ${ORDER}`,
    [...wanted.parameters, ...onwards.parameters, limit + 1],
  );
  const last = rows[limit - 1];
  const behind = async (): Promise<number> => {
    if (rows.length <= limit || !last) return 0;
    // Asked in the same words whatever the page ends with, all are counted; the rest alone is quicker.
    return start || !query.isEarly
      ? countOf(database, both(after(placeOf(last)), condition))
      : (await countOf(database, condition)) - limit;
  };
  return {
    rows,
    counts: async () => {
      const [before, left] = await Promise.all([start ? countOf(database, both(upTo(start), condition)) : 0, behind()]);
      return { before, left };
    },
  };
}
