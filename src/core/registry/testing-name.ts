import { foldCase } from "./fact-fits.ts";

/** Tells testing entries by their names, as `isTesting` of entry-query has it: `*` stands for anything; without one a pattern may stand anywhere. */
export function testingNames(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map((pattern) => foldCase(pattern.toWellFormed()).split("*"));
  return (name) => {
    const folded = foldCase(name);
    return all.some((parts) => matches(folded, parts));
  };
}

export const isTestingName = (name: string, patterns: readonly string[]): boolean => testingNames(patterns)(name);

/** @param parts what stands between the stars */
function matches(text: string, [first = "", ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text.includes(first);
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
