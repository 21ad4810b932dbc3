import type { Row, Value } from "../../ports/database.ts";
import type { Statements } from "./statements.ts";

/** What of a table its statements are made of. */
export interface Shape {
  readonly key: string;
  /** In the order of the table. */
  readonly columns: readonly string[];
  readonly select: string;
  readonly put: string;
  readonly drop: string;
  /** Puts a row where there is none, and else changes nothing. */
  readonly add: string;
  /** Column → whether SQLite keeps the value as it is given. */
  readonly keeps: readonly ((value: Value) => boolean)[];
}

export function readShape(statements: Pick<Statements, "rows">, table: string, key: string): Shape {
  const told = statements.rows(`SELECT name, type FROM pragma_table_info(?)`, [table]);
  const columns = told.map((row) => String(row["name"]));
  const marks = columns.map(() => "?").join(", ");
  const quoted = columns.map((column) => `"${column}"`).join(", ");
  return {
    key,
    columns,
    select: `SELECT ${quoted} FROM "${table}" WHERE "${key}" = ?`,
    put: `INSERT OR REPLACE INTO "${table}" (${quoted}) VALUES (${marks})`,
    drop: `DELETE FROM "${table}" WHERE "${key}" = ?`,
    add: `INSERT INTO "${table}" (${quoted}) VALUES (${marks}) ON CONFLICT ("${key}") DO NOTHING`,
    keeps: told.map((row) => (row["type"] === "TEXT" ? isPlainText : row["type"] === "INTEGER" ? isWhole : isNumber)),
  };
}

const isPlainText = (value: Value): boolean =>
  value === null || (typeof value === "string" && value.isWellFormed() && !value.includes("\0"));
const isNumber = (value: Value): boolean => value === null || (typeof value === "number" && !Object.is(value, -0));
const isWhole = (value: Value): boolean => value === null || (Number.isInteger(value) && isNumber(value));

/** In the order of the columns. Throws where the row cannot be kept as it is. */
export function valuesOf(shape: Shape, key: string, after: Row): Value[] {
  const unknown = Object.keys(after).find((column) => !shape.columns.includes(column));
  if (unknown !== undefined) throw new Error(`no column ${unknown}`);
  return shape.columns.map((column) => {
    const value = after[column] ?? null;
    if (column === shape.key) {
      if (value !== null && value !== key) throw new Error(`the row's ${column} is not its key ${key}`);
      return key;
    }
    if (
      typeof value === "number" &&
      (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    )
      throw new Error(`${column} cannot hold ${value} exactly`);
    return value;
  });
}

/** An absent column and a null are one. */
export const equal = (shape: Shape, a: Row | null, b: Row | null): boolean =>
  a === null || b === null ? a === b : shape.columns.every((column) => (a[column] ?? null) === (b[column] ?? null));
