import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import type { Step, Survey } from "../plan.ts";
import { type CollectionTable, keyOf } from "../survey/read-rows.ts";

/** A row as it is to be; null: gone. */
export interface RowChange {
  readonly table: CollectionTable;
  readonly key: string;
  readonly row: Row | null;
}

/** The rows as decisions change them one after the other; each comes to one step at most. */
export interface Draft {
  get(table: CollectionTable, key: string): Row | undefined;
  /** Whether any of them changes anything. */
  differs(changes: readonly RowChange[]): boolean;
  put(changes: readonly RowChange[]): void;
  /** In the order in which rows were first put. */
  steps(): readonly Step[];
}

export function createDraft(survey: Pick<Survey, CollectionTable>): Draft {
  const tables = new Map<CollectionTable, ReadonlyMap<string, Row>>();
  /** By key only when a table is looked into: most decisions leave the largest ones alone. */
  const before = (table: CollectionTable, key: string): Row | undefined => {
    const rows = tables.get(table) ?? new Map(survey[table].map((row) => [keyOf(table, row), row]));
    tables.set(table, rows);
    return rows.get(key);
  };
  const after = new Map<string, RowChange>();
  const get = (table: CollectionTable, key: string): Row | undefined => {
    const change = after.get(idOf(table, key));
    return change === undefined ? before(table, key) : (change.row ?? undefined);
  };
  return {
    get,
    differs: (changes) => changes.some(({ table, key, row }) => !isSameRow(get(table, key) ?? null, row)),
    put: (changes) => {
      for (const change of changes) after.set(idOf(change.table, change.key), change);
    },
    steps: () =>
      [...after.values()].flatMap(({ table, key, row }): readonly Step[] => {
        const was = before(table, key) ?? null;
        return isSameRow(was, row) ? [] : [{ kind: "row", table, key, before: was, after: row }];
      }),
  };
}

/** A file has one entry, though a projector or configuration serves several: who has it keeps it. */
export function isFree(draft: Draft, name: string, path: string): boolean {
  const owner = text(draft.get("files", path) ?? {}, "entry");
  return owner === undefined || owner === name || !hasRows(draft, owner);
}

export const hasRows = (draft: Draft, name: string): boolean =>
  draft.get("entries", `discovered:${name}`) !== undefined || draft.get("entries", `curated:${name}`) !== undefined;

/** The draft as it will be with these. */
export const withChanges = (draft: Draft, changes: readonly RowChange[]): Draft => {
  const rows = new Map(changes.map(({ table, key, row }) => [idOf(table, key), row]));
  return {
    ...draft,
    get: (table, key) => {
      const row = rows.get(idOf(table, key));
      return row === undefined ? draft.get(table, key) : (row ?? undefined);
    },
  };
};

const idOf = (table: string, key: string): string => `${table} ${key}`;

const isSameRow = (one: Row | null, other: Row | null): boolean =>
  one === null || other === null
    ? one === other
    : Object.keys({ ...one, ...other }).every((column) => (one[column] ?? null) === (other[column] ?? null));
