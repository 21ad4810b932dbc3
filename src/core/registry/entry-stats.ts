import type { Database, Row } from "../ports/database.ts";
import type { ModelStats, Tally } from "../protocol/models.ts";
import { number, text } from "./columns.ts";
import { MERGED } from "./entry-query.ts";

/** Over all entries of the merged view, deprecated and testing ones too; bytes of those that have a path. */
export async function entryStats(database: Database): Promise<ModelStats> {
  const rows = await database.query(
    `SELECT e.backend, e.format, e.quantization, e.location, count(*) AS count,
       coalesce(sum(CASE WHEN e.path IS NULL THEN 0 ELSE e.size_bytes END), 0) AS bytes
     FROM entries e WHERE ${MERGED}
     GROUP BY e.backend, e.format, e.quantization, e.location`,
  );
  return {
    ...sum(rows),
    byBackend: tally(rows, "backend"),
    byFormat: tally(rows, "format"),
    byQuantization: tally(rows, "quantization"),
    byLocation: tally(rows, "location"),
  };
}

const sum = (rows: readonly Row[]): Tally => ({
  count: rows.reduce((all, row) => all + (number(row, "count") ?? 0), 0),
  bytes: rows.reduce((all, row) => all + (number(row, "bytes") ?? 0), 0),
});

/** By the column's value, most bytes first; what has none is counted as `unknown`. */
function tally(rows: readonly Row[], column: string): Readonly<Record<string, Tally>> {
  const groups = Object.entries(Object.groupBy(rows, (row) => text(row, column) ?? "unknown"));
  return Object.fromEntries(
    groups
      .map(([value, group]) => [value, sum(group ?? [])] as const)
      .toSorted(([one, a], [other, b]) => b.bytes - a.bytes || b.count - a.count || (one < other ? -1 : 1)),
  );
}
