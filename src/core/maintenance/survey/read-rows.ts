import type { Row } from "../../ports/database.ts";
import type { Registry } from "../../registry/registry.ts";
import { keyColumns } from "../../registry/schema.ts";

/** Rows cross a thread: so many at a time. */
const PAGE = 500;
const KEYS = 400;

/** What operations decide over, and what backups hold. */
export const collectionTables = ["entries", "files", "characteristics", "shapes"] as const;
export type CollectionTable = (typeof collectionTables)[number];
export type Collected = Readonly<Record<CollectionTable, readonly Row[]>>;

export const keyOf = (table: string, row: Row): string => String(row[keyColumns[table] ?? "key"]);

/** Ordered by key. */
export async function readTable(registry: Pick<Registry, "query">, table: CollectionTable): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pagesOf(registry, table)) for (const row of page) rows.push(row);
  return rows;
}

/** Ordered by key, some at a time. */
export async function* pagesOf(
  registry: Pick<Registry, "query">,
  table: CollectionTable,
): AsyncGenerator<readonly Row[]> {
  const column = keyColumns[table] ?? "key";
  const ask = (after: string): Promise<readonly Row[]> =>
    registry.query(`SELECT * FROM "${table}" WHERE "${column}" > ? ORDER BY "${column}" LIMIT ${PAGE}`, [after]);
  for (let next: Promise<readonly Row[]> | undefined = ask(""); next;) {
    const page: readonly Row[] = await next;
    const last = page.at(-1);
    // The next page is read while this one is used.
    next = last === undefined || page.length < PAGE ? undefined : ask(keyOf(table, last));
    next?.catch(() => undefined);
    yield page;
  }
}

export const readCollection = async (registry: Pick<Registry, "query">): Promise<Collected> => ({
  entries: await readTable(registry, "entries"),
  files: await readTable(registry, "files"),
  characteristics: await readTable(registry, "characteristics"),
  shapes: await readTable(registry, "shapes"),
});

/** Key → row, of those that are there. */
export async function readKeys(
  registry: Pick<Registry, "query">,
  table: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const column = keyColumns[table];
  if (column === undefined) throw new Error(`no table ${table}`);
  const found = new Map<string, Row>();
  for (let from = 0; from < keys.length; from += KEYS) {
    const some = keys.slice(from, from + KEYS);
    const marks = some.map(() => "?").join(", ");
    const rows = await registry.query(`SELECT * FROM "${table}" WHERE "${column}" IN (${marks})`, some);
    for (const row of rows) found.set(keyOf(table, row), row);
  }
  return found;
}
