import { interpolate, variablesIn } from "./interpolate.ts";

/**
 * The words of a service's `command`, a text for a shell or a list. It is taken apart before variables come in: EXTRA_ARGS
 * is split at blanks and reaches the server verbatim, every other value stays one word.
 */
export function commandWords(
  command: unknown,
  variables: ReadonlyMap<string, string>,
  onMissing: (name: string, reason: string) => void,
): { readonly words: readonly string[]; readonly variables: ReadonlySet<string> } | undefined {
  const written: readonly string[] | undefined =
    typeof command === "string" ? shellWords(command) : Array.isArray(command) ? command.map(String) : undefined;
  if (!written) return undefined;
  const words = written.flatMap((word) => {
    const made = interpolate(word, variables, onMissing);
    if (variablesIn(word).includes("EXTRA_ARGS")) return made.split(/[ \t]+/).filter((part) => part !== "");
    return made === "" && word !== "" ? [] : [made];
  });
  return { words, variables: new Set(written.flatMap(variablesIn)) };
}

/** As a POSIX shell splits, with `${…}` as one piece. */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  const piece = /\\(?:\r?\n)|\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^\s'"\\$]+|\$/gs;
  let word: string | undefined;
  for (const [all, single, double, escaped] of text.matchAll(piece)) {
    if (/^\s+$/.test(all) || /^\\\r?\n$/.test(all)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (single !== undefined) word = (word ?? "") + single;
    else if (double !== undefined) word = (word ?? "") + double.replaceAll(/\\(["\\$`])/g, "$1");
    else word = (word ?? "") + (escaped ?? all);
  }
  return word === undefined ? words : [...words, word];
}
