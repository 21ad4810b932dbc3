/** What a program's own help says of one flag, whatever it is called. */
export interface HelpFlag {
  /** All its names. */
  readonly names: readonly string[];
  /** Whether an argument of its own follows it. */
  readonly takesValue: boolean;
  /** It ends the program; what is to be used in its place, where the help says so. */
  readonly removed?: { readonly instead?: string | undefined } | undefined;
  /** The first line of what it does. */
  readonly what: string;
}

/** Reads the help of llama.cpp and of programs that print theirs alike: a flag's names begin a line. */
export function parseHelp(text: string): readonly HelpFlag[] {
  const found: { names: readonly string[]; takesValue: boolean; words: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = /^ {0,8}(-{1,2}[A-Za-z][\w.-]*(?:,\s*-{1,2}[A-Za-z][\w.-]*)*)(.*)$/.exec(line);
    if (!head || /^-{3,}/.test(line)) {
      const last = found.at(-1);
      if (last && /^\s/.test(line)) last.words.push(line.trim());
      continue;
    }
    const [, names = "", rest = ""] = head;
    // One blank and a word are its value; more blanks lead to the column of what it does.
    const value = /^[ =](\S.*?)(?: {2,}(.*))?$/.exec(rest);
    found.push({
      names: names.split(/,\s*/),
      takesValue: value !== null,
      words: [(value ? (value[2] ?? "") : rest).trim()],
    });
  }
  return found.map(({ names, takesValue, words }) => {
    const said = words.filter((word) => word !== "").join(" ");
    const instead = /has been removed\.?\s*use (--?[A-Za-z][\w.-]*)/i.exec(said)?.[1];
    return {
      names,
      takesValue,
      ...(/has been removed/i.test(said) ? { removed: instead === undefined ? {} : { instead } } : {}),
      what: said.slice(0, 200),
    };
  });
}
