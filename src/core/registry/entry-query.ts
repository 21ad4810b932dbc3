import type { Row, Value } from "../ports/database.ts";
import { capabilityOf } from "../identify/capabilities-of.ts";
import { characteristicSources } from "../protocol/models.ts";
import { anyCase } from "./any-case.ts";
import type { EntryFilter, FactFilter } from "./registry.ts";

/** SQL and what goes into its question marks. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** A discovered row hides the curated one of the same name. */
export const MERGED = `(e.layer = 'discovered'
  OR NOT EXISTS (SELECT 1 FROM entries d WHERE d.name = e.name AND d.layer = 'discovered'))`;

export const ORDER = "e.display_name COLLATE NOCASE, e.name";

/** Everything of the filter that the rows alone can answer: all but `installed`, `limit` and `cursor`. What is cheap comes first. */
export function matching(filter: EntryFilter, testingPatterns: readonly string[]): Condition {
  const parts: Condition[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value === "") parts.push({ sql: `coalesce(e.${column}, '') = ''`, parameters: [] });
    else if (value !== undefined) parts.push({ sql: `e.${column} = ? COLLATE NOCASE`, parameters: [value] });
  };
  equal("backend", filter.backend);
  equal("family", filter.family);
  equal("location", filter.location);
  equal("format", filter.format);
  equal("quantization", filter.quantization);
  if (filter.includeDeprecated !== true) parts.push({ sql: "e.deprecated <> 1", parameters: [] });
  parts.push({ sql: MERGED, parameters: [] });
  for (const word of filter.text?.split(/\s+/).filter((one) => one !== "") ?? []) parts.push(holding(word));
  if (filter.role !== undefined) parts.push(among("roles_json", filter.role));
  if (filter.capability !== undefined) parts.push(among("capabilities_json", filter.capability));
  for (const one of filter.where ?? []) parts.push(holdingFacts(one));
  const testing = isTesting(testingPatterns);
  if (filter.includeTesting !== true) parts.push({ sql: `NOT ${testing.sql}`, parameters: testing.parameters });
  return {
    sql: parts.map(({ sql }) => sql).join(" AND "),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

const SEARCHED = ["name", "display_name", "source_reference"];

function holding(word: string): Condition {
  const folded = anyCase(word);
  if (folded === "never" || isTooLong(word)) return { sql: "0", parameters: [] };
  if (folded)
    return {
      sql: `(${SEARCHED.map((column) => `e.${column} GLOB ?`).join(" OR ")})`,
      parameters: SEARCHED.map(() => folded.glob),
    };
  const pattern = anywhere(word);
  // It costs something at each row, and few words need it.
  const escape = pattern.includes("!") ? " ESCAPE '!'" : "";
  const parts = SEARCHED.map((column) => `e.${column} LIKE ?${escape}`);
  return { sql: `(${parts.join(" OR ")})`, parameters: SEARCHED.map(() => pattern) };
}

/** The texts of a column that holds a list. A row whose list is no JSON has none, and is no reason to refuse the others. */
export const listOf = (column: string): string => `CASE WHEN json_valid(e.${column}) THEN e.${column} ELSE '[]' END`;

function among(column: string, value: string): Condition {
  const any = `SELECT 1 FROM json_each(${listOf(column)}) WHERE type = 'text'`;
  if (value === "") return { sql: `(e.${column} = '[]' OR NOT EXISTS (${any}))`, parameters: [] };
  const written = anywhere(JSON.stringify(value));
  if (isTooLong(JSON.stringify(value))) return { sql: "0", parameters: [] };
  // Reading a list takes long, and where nothing in it is escaped its text tells as much.
  return {
    sql: `e.${column} LIKE ? ESCAPE '!'
      AND (instr(e.${column}, '\\') = 0 OR EXISTS (${any} AND value = ? COLLATE NOCASE))`,
    parameters: [written, value],
  };
}

/** The place of a source among all, 0 the most trusted; none for a source we do not know. */
export const TRUST = `CASE c.source ${characteristicSources.map((source, place) => `WHEN '${source}' THEN ${place}`).join(" ")} END`;

/**
 * Whether the effective value fits: of an entry's values of one name the most trusted has the least number, and whether
 * that one fits is its last bit. The index holds all that is looked at.
 */
export function holdingFacts(fact: FactFilter): Condition {
  const { name, is, atLeast, atMost } = fact;
  const parts: Condition[] = [];
  if (typeof is === "string") parts.push({ sql: "c.value_json = ? COLLATE NOCASE", parameters: [JSON.stringify(is)] });
  else if (is !== undefined) parts.push({ sql: "c.value_json = ?", parameters: [JSON.stringify(is)] });
  const asNumber = "c.value_json GLOB '[-0-9]*' AND CAST(c.value_json AS REAL)";
  if (atLeast !== undefined) parts.push({ sql: `${asNumber} >= ?`, parameters: [atLeast] });
  if (atMost !== undefined) parts.push({ sql: `${asNumber} <= ?`, parameters: [atMost] });
  const fits = parts.length === 0 ? "1" : parts.map(({ sql }) => sql).join(" AND ");
  const unsaid = holdsUnsaid(fact);
  return {
    sql: `coalesce(
      (SELECT min(${TRUST} * 2 + NOT (${fits})) FROM characteristics c WHERE c.name = ? AND c.entry = e.name) % 2 = 0,
      ${unsaid.sql})`,
    parameters: [...parts.flatMap(({ parameters }) => parameters), name, ...unsaid.parameters],
  };
}

/** Of entries of which no source says it: what an import or a person listed among its capabilities holds. */
export function holdsUnsaid({ name, is }: FactFilter): Condition {
  if (is === "") return { sql: "1", parameters: [] };
  const capability = is === true ? capabilityOf(name) : undefined;
  return capability === undefined ? { sql: "0", parameters: [] } : among("capabilities_json", capability);
}

/** As LIKE of SQLite takes it, which looks at no case. */
const literally = (text: string): string => text.replaceAll(/[!%_]/g, "!$&");
const anywhere = (text: string): string => `%${literally(text)}%`;

/** SQLite refuses patterns beyond 50,000 bytes, and no name is that long. */
export const isTooLong = (text: string): boolean => anywhere(text).length > 10_000;

/** 1 for a testing entry: its name matches one of the patterns. */
export const isTesting = (patterns: readonly string[]): Condition => ({
  sql: patterns.length === 0 ? "0" : `(${patterns.map(() => "e.name LIKE ? ESCAPE '!'").join(" OR ")})`,
  parameters: patterns.map(patternOf),
});

/** The rows after this place in the order. The first comparison is for the index, which cannot tell pairs apart. */
export const after = ({ displayName, name }: Place): Condition => ({
  sql: "e.display_name COLLATE NOCASE >= ? AND (e.display_name COLLATE NOCASE, e.name) > (?, ?)",
  parameters: [displayName, displayName, name],
});

/** All the others: those before this place, and the one that is there. */
export const upTo = ({ displayName, name }: Place): Condition => ({
  sql: "e.display_name COLLATE NOCASE <= ? AND (e.display_name COLLATE NOCASE, e.name) <= (?, ?)",
  parameters: [displayName, displayName, name],
});

export const both = (one: Condition, other: Condition): Condition => ({
  sql: `${one.sql} AND ${other.sql}`,
  parameters: [...one.parameters, ...other.parameters],
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

/** `*` stands for anything; a pattern without one may stand anywhere in the name. */
const patternOf = (pattern: string): string =>
  pattern.includes("*") ? literally(pattern).replaceAll("*", "%") : anywhere(pattern);
