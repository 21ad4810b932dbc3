/**
 * A word with letters beyond ASCII, of which LIKE and NOCASE of SQLite know no case, as a pattern that takes each letter in
 * any case: for GLOB of SQLite and for texts in memory, so that both find the same.
 */
export interface AnyCase {
  /** To stand anywhere in a text. */
  readonly glob: string;
  readonly pattern: RegExp;
}

/** GLOB refuses patterns beyond 50,000 bytes; each letter takes up to fourteen. */
const LONGEST = 3000;

/** undefined where it has no such letter, and what knows ASCII alone will do; `never` where it is too long for any text. */
export function anyCase(given: string): AnyCase | "never" | undefined {
  if (isAscii.test(given)) return undefined;
  if (given.length > LONGEST) return "never";
  const letters = Array.from(given.toWellFormed(), formsOf);
  if (!letters.some((forms) => forms.length > 1 && !forms.every((one) => isAscii.test(one)))) return undefined;
  return {
    glob: `*${letters.map(inGlob).join("")}*`,
    pattern: new RegExp(letters.map(inPattern).join(""), "u"),
  };
}

const isAscii = /^[\0-\u007F]*$/;

/** Small letters that no case of their capital leads to: the sigma at a word's end, and the micro sign of keyboards. */
const SECOND: ReadonlyMap<string, string> = new Map([
  ["\u03A3", "\u03C2"],
  ["\u039C", "\u00B5"],
]);

/** The letter in each case that is one letter as well: ß has no other. */
function formsOf(letter: string): readonly string[] {
  const [upper, lower] = [letter.toUpperCase(), letter.toLowerCase()];
  const forms = new Set([letter, upper, lower, upper.toLowerCase(), lower.toUpperCase(), SECOND.get(upper) ?? letter]);
  return [...forms].filter((one) => Array.from(one).length === 1);
}

const inGlob = (forms: readonly string[]): string =>
  forms.length > 1 || /[*?[]/.test(forms[0] ?? "") ? `[${forms.join("")}]` : (forms[0] ?? "");

const inPattern = (forms: readonly string[]): string =>
  `[${forms.map((one) => String.raw`\u{${(one.codePointAt(0) ?? 0).toString(16)}}`).join("")}]`;
