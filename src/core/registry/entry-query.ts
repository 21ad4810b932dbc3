import type { Row, Value } from "../ports/database.ts";
import type { EntryFilter } from "./registry.ts";

/** SQL and what goes into its question marks. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** A discovered row hides the curated one of the same name. */
export const MERGED = `(e.layer = 'discovered'
  OR NOT EXISTS (SELECT 1 FROM entries d WHERE d.name = e.name AND d.layer = 'discovered'))`;

export const ORDER = "e.display_name COLLATE NOCASE, e.name";

/** Everything of the filter that the rows alone can answer: all but `installed`, `limit` and `cursor`. */
export function matching(filter: EntryFilter, testingPatterns: readonly string[]): Condition {
  const parts: Condition[] = [{ sql: MERGED, parameters: [] }];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) parts.push({ sql: `lower(e.${column}) = lower(?)`, parameters: [value] });
  };
  const among = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    // A row whose list is no JSON is no reason to refuse the others.
    const list = `CASE WHEN json_valid(e.${column}) THEN e.${column} ELSE '[]' END`;
    parts.push({ sql: `EXISTS (SELECT 1 FROM json_each(${list}) WHERE lower(value) = lower(?))`, parameters: [value] });
  };
  equal("backend", filter.backend);
  equal("format", filter.format);
  equal("quantization", filter.quantization);
  among("roles_json", filter.role);
  among("capabilities_json", filter.capability);
  const searched = "lower(e.name || ' ' || e.display_name || ' ' || coalesce(e.source_reference, ''))";
  for (const word of filter.text?.split(/\s+/).filter((one) => one !== "") ?? [])
    parts.push({ sql: `instr(${searched}, lower(?)) > 0`, parameters: [word] });
  if (filter.includeDeprecated !== true) parts.push({ sql: "e.deprecated <> 1", parameters: [] });
  const testing = isTesting(testingPatterns);
  if (filter.includeTesting !== true) parts.push({ sql: `NOT ${testing.sql}`, parameters: testing.parameters });
  return {
    sql: parts.map(({ sql }) => sql).join(" AND "),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

/** 1 for a testing entry: its name matches one of the patterns. */
export const isTesting = (patterns: readonly string[]): Condition => ({
  sql: patterns.length === 0 ? "0" : `(${patterns.map(() => "lower(e.name) GLOB ?").join(" OR ")})`,
  parameters: patterns.map(globOf),
});

/** The rows after this place in the order. */
export const after = ({ displayName, name }: Place): Condition => ({
  sql: "(e.display_name COLLATE NOCASE, e.name) > (?, ?)",
  parameters: [displayName, name],
});

export interface Place {
  readonly displayName: string;
  readonly name: string;
}

export const placeOf = (row: Row): Place => ({
  displayName: String(row["display_name"]),
  name: String(row["name"]),
});

/** A cursor is a place, in a form that goes through addresses and command lines. */
export const cursorOf = ({ displayName, name }: Place): string =>
  encodeURIComponent(JSON.stringify([displayName, name]));

/** undefined where the text is no cursor of ours. */
export function parseCursor(cursor: string): Place | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeURIComponent(cursor));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
  const [displayName, name]: unknown[] = parsed;
  return typeof displayName === "string" && typeof name === "string" ? { displayName, name } : undefined;
}

/** `*` stands for anything; a pattern without one may stand anywhere in the name. As GLOB of SQLite takes it, in lower case. */
export function globOf(pattern: string): string {
  const literal = pattern.toLowerCase().replaceAll(/[[?]/g, "[$&]");
  return literal.includes("*") ? literal : `*${literal}*`;
}
