import type { Database, Row } from "../ports/database.ts";
import type { ModelStats, Tally } from "../protocol/models.ts";
import { number, text } from "./columns.ts";
import { MERGED } from "./entry-query.ts";

/**
 * Over all entries of the merged view, deprecated and testing ones too; bytes of those that have a path. By role, an entry
 * counts once for each of its roles, and not at all where it has none.
 */
export async function entryStats(database: Database): Promise<ModelStats> {
  // A row whose list is no JSON has no roles.
  const roles = "CASE WHEN json_valid(e.roles_json) THEN e.roles_json ELSE '[]' END";
  const [rows, byRole] = await Promise.all([
    database.query(
      `SELECT e.backend, e.format, e.quantization, e.location, count(*) AS count,
       coalesce(sum(CASE WHEN e.path IS NULL THEN 0 ELSE e.size_bytes END), 0) AS bytes
     FROM entries e WHERE ${MERGED}
     GROUP BY e.backend, e.format, e.quantization, e.location`,
    ),
    database.query(
      `SELECT r.value AS role, count(*) AS count,
       coalesce(sum(CASE WHEN e.path IS NULL THEN 0 ELSE e.size_bytes END), 0) AS bytes
     FROM entries e, json_each(${roles}) r WHERE ${MERGED} AND r.type = 'text'
     GROUP BY r.value`,
    ),
  ]);
  return {
    ...sum(rows),
    byBackend: tally(rows, "backend"),
    byFormat: tally(rows, "format"),
    byQuantization: tally(rows, "quantization"),
    byLocation: tally(rows, "location"),
    byRole: tally(byRole, "role"),
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
