import type { Trouble } from "../protocol/downloads.ts";

/** What went wrong, for the error output: sentences and the public code; as JSON the facts, too, on one line. */
export function complaint(trouble: Trouble, json: boolean): string {
  if (json) return JSON.stringify(trouble);
  const { code, message, remedy } = trouble;
  const sentences = [message, remedy].filter((part) => part !== undefined).map(ended);
  return `${sentences.join(" ")} [${code}]`;
}

/** Reasons of others end as they like. */
const ended = (text: string): string => (/[.!?…]$/.test(text.trimEnd()) ? text : `${text}.`);
