import type { Database as Sql, SqlJsStatic } from "sql.js";
import type { Change, Edit, Row, Value } from "../../ports/database.ts";
import type { Migration } from "../../registry/schema.ts";
import { fault } from "../../util/faults.ts";
import { keepStatements } from "./statements.ts";
import { type Shape, equal, readShape, valuesOf } from "./table-shape.ts";

/** The rows in memory. Nothing here touches a disk. */
export interface Tables {
  /** Version of the schema the rows are in. */
  schema(): number;
  /** Runs the migrations up to that version, all or none. */
  migrate(to: number): void;
  /**
   * Runs `work` as one transaction and gives what it returns; where it throws, nothing has happened.
   * A transaction in a transaction is undone alone.
   */
  transaction<T>(work: () => T): T;
  /** Makes those edits one by one, and gives the changes, without the ones that change nothing. Throws `stale`. */
  edit(edits: Iterable<Edit>): Generator<Change, void>;
  /** Puts a row image as a journal has it. */
  replay(change: Change): void;
  query(statement: string, parameters: readonly Value[]): readonly Row[];
  /** The database as a file. */
  export(): Uint8Array;
  close(): void;
}

/** @param content a database file; undefined: an empty one */
export function openTables(
  sqlite: SqlJsStatic,
  content: { readonly database: Uint8Array; readonly schema: number } | undefined,
  migrations: readonly Migration[],
  keyColumns: Readonly<Record<string, string>>,
): Tables {
  const sql = new sqlite.Database(content?.database);
  const statements = keepStatements(sql);
  let schema = content?.schema ?? 0;
  let depth = 0;
  const shapes = new Map<string, Shape>();
  settle(sql);

  const run = (text: string, parameters: readonly Value[] = []): void => void statements.rows(text, parameters);
  const shapeOf = (table: string): Shape => {
    const known = shapes.get(table);
    if (known) return known;
    const key = keyColumns[table];
    if (key === undefined) throw new Error(`no table ${table}`);
    const shape = readShape(statements, table, key);
    shapes.set(table, shape);
    return shape;
  };
  const put = (shape: Shape, key: string, after: Row | null): void =>
    after === null ? run(shape.drop, [key]) : run(shape.put, valuesOf(shape, key, after));

  const stale = (table: string, key: string): Error => fault({ code: "stale", what: `${table} ${key}` });
  /** By far the most edits of a large commit are rows nobody had: they need one statement, where others need three. */
  const addOne = (table: string, key: string, shape: Shape, values: readonly Value[]): Change => {
    run(shape.add, values);
    if (sql.getRowsModified() === 0) throw stale(table, key);
    const after = Object.fromEntries(shape.columns.map((column, index) => [column, values[index] ?? null]));
    return { table, key, before: null, after };
  };

  const editOne = ({ table, key, after, basis }: Edit): Change | undefined => {
    const shape = shapeOf(table);
    if (basis === null && after !== null) {
      const values = valuesOf(shape, key, after);
      if (values.every((value, index) => shape.keeps[index]?.(value))) return addOne(table, key, shape, values);
    }
    const before = statements.rows(shape.select, [key])[0] ?? null;
    if (basis !== undefined && !equal(shape, before, basis)) throw stale(table, key);
    put(shape, key, after);
    // Read back: SQLite may have stored another form of the value, and the image must be what is there.
    const now = after === null ? null : (statements.rows(shape.select, [key])[0] ?? null);
    return equal(shape, before, now) ? undefined : { table, key, before, after: now };
  };

  const tables: Tables = {
    schema: () => schema,
    migrate: (to) => {
      if (to === schema) return;
      tables.transaction(() => {
        for (const migration of migrations.slice(schema, to)) for (const one of migration.statements) sql.run(one);
      });
      schema = to;
      statements.forget();
      shapes.clear();
    },
    transaction: (work) => {
      const name = `level_${depth}`;
      run(depth === 0 ? "BEGIN" : `SAVEPOINT ${name}`);
      depth += 1;
      try {
        const result = work();
        run(depth === 1 ? "COMMIT" : `RELEASE ${name}`);
        return result;
      } catch (error) {
        run(depth === 1 ? "ROLLBACK" : `ROLLBACK TO ${name}`);
        if (depth > 1) run(`RELEASE ${name}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
    edit: function* (edits) {
      for (const edit of edits) {
        const change = editOne(edit);
        if (change) yield change;
      }
    },
    replay: ({ table, key, after }) => put(shapeOf(table), key, after),
    query: (text, parameters) => {
      sql.run("PRAGMA query_only = 1");
      try {
        return statements.rows(text, parameters);
      } finally {
        sql.run("PRAGMA query_only = 0");
      }
    },
    export: () => {
      statements.forget();
      const content = sql.export();
      settle(sql);
      return content;
    },
    close: () => {
      statements.forget();
      sql.close();
    },
  };
  return tables;
}

/** Opening and exporting put these back to what they were: the rows live in memory, so no file of SQLite's own is needed. */
function settle(sql: Sql): void {
  sql.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY");
}
