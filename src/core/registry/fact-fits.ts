import type { FactFilter } from "./registry.ts";

/** Whether a value fits, as `matching` of entry-query.ts has SQLite say it. @param written the value as JSON */
export function factFits({ is, atLeast, atMost }: FactFilter): (written: string) => boolean {
  const wanted = is === undefined ? undefined : JSON.stringify(is);
  const folded = typeof is === "string" ? foldCase(JSON.stringify(is)) : undefined;
  /** Of most characteristics there are few values, and equal ones often follow each other. */
  let last: { readonly written: string; readonly fits: boolean } | undefined;
  const fits = (written: string): boolean => {
    if (folded !== undefined ? foldCase(written) !== folded : wanted !== undefined && written !== wanted) return false;
    if (atLeast === undefined && atMost === undefined) return true;
    if (!/^[-0-9]/.test(written)) return false;
    const number = numberIn(written);
    return (atLeast === undefined || number >= atLeast) && (atMost === undefined || number <= atMost);
  };
  return (written) => {
    if (last?.written !== written) last = { written, fits: fits(written) };
    return last.fits;
  };
}

/** As NOCASE of SQLite: ASCII alone. */
const foldCase = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** As CAST of SQLite: what a text begins with, 0 where that is no number. */
function numberIn(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return Number(/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/i.exec(text)?.[0] ?? 0);
}
