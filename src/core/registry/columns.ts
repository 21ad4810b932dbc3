import type { Row, Value } from "../ports/database.ts";

/** Readers of columns. What does not fit is as if it were absent: one odd row never hides the others. */
export const text = (row: Row, column: string): string | undefined => {
  const value = row[column];
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const number = (row: Row, column: string): number | undefined => {
  const value = row[column];
  return typeof value === "number" ? value : undefined;
};

export const flag = (row: Row, column: string): boolean => row[column] === 1;

export const oneOf = <T extends string>(row: Row, column: string, known: readonly T[]): T | undefined =>
  known.find((one) => one === row[column]);

export const texts = (row: Row, column: string): readonly string[] => textsIn(row[column]);

export const numbers = (row: Row, column: string): Readonly<Record<string, number>> => numbersIn(row[column]);

const textsIn = remembered((value): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [],
);

const numbersIn = remembered((value): Readonly<Record<string, number>> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (typeof one === "number" ? [[key, one] as const] : [])),
  );
});

/** Most rows hold the same few lists: each is read once, and is one object for all of them. */
function remembered<T>(read: (json: unknown) => T): (value: Value | undefined) => T {
  const known = new Map<Value | undefined, T>();
  return (value) => {
    const same = known.get(value);
    if (same !== undefined) return same;
    const one = read(parsed(value));
    if (typeof value === "string" && value.length > LONGEST) return one;
    if (known.size >= MOST) known.clear();
    known.set(value, one);
    return one;
  };
}
const MOST = 500;
const LONGEST = 200;

/** undefined where the column holds no JSON. */
export const json = (row: Row, column: string): unknown => parsed(row[column]);

function parsed(value: Value | undefined): unknown {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are there. */
export const present = <T extends Readonly<Record<string, unknown>>>(given: T): Present<T> => {
  const kept: Present<T> = {};
  for (const key in given) {
    const value = given[key];
    if (isThere(value)) kept[key] = value;
  }
  return kept;
};

const isThere = <V>(value: V): value is Exclude<V, undefined> => value !== undefined;
