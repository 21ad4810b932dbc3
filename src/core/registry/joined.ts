import type { Row } from "../ports/database.ts";
import { text } from "./columns.ts";

/** Stands in no name and, unescaped, in no JSON. */
const BETWEEN = "\u001F";

/** SQL of all values of a column as one text; a statement that has it answers with thousands of rows in one. */
export const joined = (column: string): string => `coalesce(group_concat(${column}, char(31)), '')`;

/** The values again; undefined where they cannot be told apart. @param many how many there must be */
export function partsOf(row: Row | undefined, column: string, many: number): readonly string[] | undefined {
  const all = row && text(row, column);
  if (all === undefined && many > 1) return undefined;
  const parts = many === 0 ? [] : (all ?? "").split(BETWEEN);
  return parts.length === many ? parts : undefined;
}
