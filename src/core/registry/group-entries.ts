import type { Database } from "../ports/database.ts";
import type { EntryGroups, GroupField } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { number, text } from "./columns.ts";
import { TRUST, listOf } from "./entry-query.ts";
import { type Known, chosen } from "./known.ts";
import type { EntryFilter } from "./registry.ts";

const DEFAULT_LIMIT = 200;

/** The value of the most trusted source. */
const factValue = (name: string): string =>
  `(SELECT json_extract(c.value_json, '$') FROM characteristics c
    WHERE c.name = '${name}' AND c.entry = e.name AND ${TRUST} IS NOT NULL ORDER BY ${TRUST} LIMIT 1)`;

/** What the entries are told apart by, and what must be joined for it. An entry of several roles is in several groups. */
const fields: Readonly<Record<GroupField, { readonly value: string; readonly join: string }>> = {
  backend: { value: "e.backend", join: "" },
  family: { value: "e.family", join: "" },
  format: { value: "e.format", join: "" },
  quantization: { value: "e.quantization", join: "" },
  location: { value: "e.location", join: "" },
  role: { value: "g.value", join: `LEFT JOIN json_each(${listOf("roles_json")}) g ON g.type = 'text'` },
  capability: { value: "g.value", join: `LEFT JOIN json_each(${listOf("capabilities_json")}) g ON g.type = 'text'` },
  architecture: { value: factValue("architecture"), join: "" },
  licence: { value: factValue("licence"), join: "" },
};

/** By name, without case; those that have no value come last, under the empty name. */
export async function groupEntries(
  database: Database,
  known: Known,
  by: GroupField,
  filter: EntryFilter,
): Promise<EntryGroups> {
  const condition = await chosen(known, filter);
  const { value, join } = fields[by];
  const [rows, counted] = await Promise.all([
    database.query(
      `SELECT coalesce(min(${value}), '') AS name, count(*) AS count,
       coalesce(sum(CASE WHEN e.path IS NULL THEN 0 ELSE e.size_bytes END), 0) AS bytes
       FROM entries e ${join} WHERE ${condition.sql}
       GROUP BY coalesce(lower(${value}), '')
       ORDER BY coalesce(lower(${value}), '') = '', coalesce(lower(${value}), '')`,
      condition.parameters,
    ),
    database.query(`SELECT count(*) AS entries FROM entries e WHERE ${condition.sql}`, condition.parameters),
  ]);
  const all = rows.map((row) => ({
    name: text(row, "name") ?? "",
    count: number(row, "count") ?? 0,
    bytes: number(row, "bytes") ?? 0,
  }));
  const from = placeIn(filter.cursor);
  const limit = filter.limit ?? DEFAULT_LIMIT;
  return {
    groups: all.slice(from, from + limit),
    total: all.length,
    entries: Number(counted[0]?.["entries"] ?? 0),
    ...(from + limit < all.length && { cursor: String(from + limit) }),
  };
}

function placeIn(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw fault({ code: "badArguments", verb: "models.groups", path: "cursor", problem: "takes a cursor of this list" });
}
