import type { FactFilter } from "./registry.ts";

/** Whether a value fits, as `matching` of entry-query.ts has SQLite say it. */
export function factFits({
  is,
  atLeast,
  atMost,
}: FactFilter): (said: { readonly value: string; readonly number: number | undefined }) => boolean {
  const wanted = is === undefined ? undefined : JSON.stringify(is);
  const folded = typeof is === "string" ? foldCase(JSON.stringify(is)) : undefined;
  /** Of most characteristics there are few values, and equal ones often follow each other. */
  let last: { readonly value: string; readonly fits: boolean } | undefined;
  const isWanted = (value: string): boolean => {
    if (wanted === undefined) return true;
    if (last?.value !== value)
      last = { value, fits: folded === undefined ? value === wanted : foldCase(value) === folded };
    return last.fits;
  };
  const isWithin = (number: number | undefined): boolean => {
    if (atLeast === undefined && atMost === undefined) return true;
    return (
      number !== undefined && (atLeast === undefined || number >= atLeast) && (atMost === undefined || number <= atMost)
    );
  };
  return ({ value, number }) => isWithin(number) && isWanted(value);
}

/** As NOCASE of SQLite: ASCII alone. */
export const foldCase = (text: string): string =>
  isAscii.test(text) ? text.toLowerCase() : text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
const isAscii = /^[\0-\u007F]*$/;

/** As CAST of SQLite: what a text that looks like a number begins with, 0 where that is none; undefined of any other. */
export function numberIn(text: string): number | undefined {
  if (!/^[-0-9]/.test(text)) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return Number(/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/i.exec(text)?.[0] ?? 0);
}
