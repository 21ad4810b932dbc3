/** The terminal command of a verb: `modeldeck <verb> [--key value …]`; what is no text is JSON. */
export const terminalCommand = (verb: string, args: Readonly<Record<string, unknown>>): string =>
  [
    "modeldeck",
    verb,
    ...Object.entries(args).flatMap(([key, value]) => [
      `--${key}`,
      quoted(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  ].join(" ");

/** As a shell of Unix takes it for one word, whatever is in it. */
const quoted = (word: string): string =>
  /^[\w./:@%+,=-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
