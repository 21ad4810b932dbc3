/** One behind the other, each with its end: a reason from outside ends as it likes. Those that are empty are left out. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part === "" ? [] : [ended(part)])).join(" ");

const ended = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);
