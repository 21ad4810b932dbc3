import type { Database as Sql, Statement } from "sql.js";
import type { Row, Value } from "../../ports/database.ts";

/** Statements of one database, compiled once. */
export interface Statements {
  /** Runs it; the rows it gives, if any. */
  rows(text: string, parameters?: readonly Value[]): Row[];
  /** Frees them all: before the database is exported or its schema changes. */
  forget(): void;
}

const KEPT = 64;

export function keepStatements(sql: Sql): Statements {
  const kept = new Map<string, Statement>();
  const forget = (): void => {
    for (const statement of kept.values()) statement.free();
    kept.clear();
  };
  const prepared = (text: string): Statement => {
    const known = kept.get(text);
    if (known) return known;
    if (kept.size >= KEPT) forget();
    const statement = sql.prepare(text);
    kept.set(text, statement);
    return statement;
  };
  return {
    forget,
    rows: (text, parameters = []) => {
      const statement = prepared(text);
      try {
        statement.bind([...parameters]);
        const columns = statement.getColumnNames();
        const found: Row[] = [];
        while (statement.step()) {
          const row: Record<string, Value> = {};
          const values = statement.get();
          for (let index = 0; index < columns.length; index += 1)
            row[columns[index] ?? ""] = plain(values[index] ?? null);
          found.push(row);
        }
        return found;
      } finally {
        statement.reset();
      }
    },
  };
}

function plain(value: string | number | Uint8Array | null): Value {
  if (value instanceof Uint8Array) throw new Error("the registry holds no blobs");
  return value;
}
