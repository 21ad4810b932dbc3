import type { Condition } from "./entry-query.ts";
import type { Item } from "./presence-book.ts";
import { SYNTHETIC } from "./presence.ts";

/** As `stateOrPath` tells rows apart, in SQL: those that have a path, and of these the ones the disk must be asked for. */
export const HAS_PATH = "ifnull(e.path > '', 0)";
export const ON_DISK = `(e.path < '${SYNTHETIC}' OR e.path >= 'ollama:/0')`;
const SERVED = "ifnull(e.downloaded_at > '', 0)";

/**
 * Met by what is installed. What is not known counts as there, and is found out where it is shown.
 * @param items all entries the disk has a say in, by the key of their row
 */
export function installedCondition(items: ReadonlyMap<string, Pick<Item, "there">>): Condition {
  const absent = [...items].flatMap(([key, { there }]) => (there === false ? [key] : []));
  // The shorter list tells as much.
  const few = absent.length * 2 <= items.size;
  const keys = few ? absent : [...items].flatMap(([key, { there }]) => (there === false ? [] : [key]));
  const listed = keys.length === 0 ? "0" : "e.key IN (SELECT value FROM json_each(?))";
  return {
    sql: `(${HAS_PATH} AND CASE WHEN ${ON_DISK} THEN ${few ? "NOT " : ""}${listed} ELSE ${SERVED} END)`,
    parameters: keys.length === 0 ? [] : [JSON.stringify(keys)],
  };
}
