import type { Row } from "../../ports/database.ts";
import { text } from "../../registry/columns.ts";
import type { Step, Survey } from "../plan.ts";
import { type Slices, each, finished } from "../slices.ts";
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
  /** The same, in slices. */
  stepsInSlices(): Slices<readonly Step[]>;
}

/** @param tables those that will be looked into, so that they are indexed in slices; any other is when it is looked into */
export function* draftInSlices(
  survey: Pick<Survey, CollectionTable>,
  tables: readonly CollectionTable[],
): Slices<Draft> {
  const indexed = new Map<CollectionTable, ReadonlyMap<string, Row>>();
  function* index(table: CollectionTable): Slices<ReadonlyMap<string, Row>> {
    const known = indexed.get(table);
    if (known) return known;
    const rows = new Map<string, Row>();
    yield* each(survey[table], (row) => void rows.set(keyOf(table, row), row));
    indexed.set(table, rows);
    return rows;
  }
  const before = (table: CollectionTable, key: string): Row | undefined =>
    (indexed.get(table) ?? finished(index(table))).get(key);
  for (const table of tables) yield* index(table);
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
    steps: () => finished(stepsInSlices()),
    stepsInSlices,
  };

  function* stepsInSlices(): Slices<readonly Step[]> {
    const steps: Step[] = [];
    for (const table of new Set(Array.from(after.values(), (change) => change.table))) yield* index(table);
    yield* each(after.values(), ({ table, key, row }) => {
      const was = before(table, key) ?? null;
      if (!isSameRow(was, row)) steps.push({ kind: "row", table, key, before: was, after: row });
    });
    return steps;
  }
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
