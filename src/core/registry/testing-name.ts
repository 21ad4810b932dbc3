import { foldCase } from "./fact-fits.ts";

/**
 * Tells testing entries by their names, as `isTesting` of entry-query has it: `*` stands for anything; without one a
 * pattern may stand anywhere.
 * @param patterns looked for in folded names
 */
export function testingNames(patterns: readonly string[]): (folded: string) => boolean {
  const all = patterns.map(matching);
  return (folded) => all.some((matches) => matches(folded));
}

export const isTestingName = (name: string, patterns: readonly string[]): boolean =>
  testingNames(patterns)(foldCase(name));

/** The patterns that may match a name of those in this text: where a part of one stands nowhere, none need be looked at. */
export function likelyPatterns(patterns: readonly string[], folded: string): readonly string[] {
  return patterns.filter((pattern) => partsOf(pattern).every((part) => folded.includes(part)));
}

/** What stands between the stars. */
const partsOf = (pattern: string): readonly string[] => foldCase(pattern.toWellFormed()).split("*");

function matching(pattern: string): (folded: string) => boolean {
  const [first = "", ...others] = partsOf(pattern);
  const last = others.pop();
  if (last === undefined) return (folded) => folded.includes(first);
  return (folded) => {
    if (!folded.startsWith(first)) return false;
    let at = first.length;
    for (const part of others) {
      const found = folded.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return folded.length - last.length >= at && folded.endsWith(last);
  };
}
