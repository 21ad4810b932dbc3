/** One behind the other, each with its end: a reason from outside ends as it likes. Those that are empty are left out. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part === "" ? [] : [ended(part)])).join(" ");

/** What others say, as a sentence of its own. */
export const asSentence = (words: string): string => ended(words.charAt(0).toUpperCase() + words.slice(1));

const ended = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);
