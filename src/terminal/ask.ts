import type { Deck } from "../core/core.ts";
import type { Download, QueueStatus } from "../core/protocol/downloads.ts";
import { isFault } from "../core/util/faults.ts";

interface Answers {
  readonly downloads: { readonly downloads: readonly Download[] };
  readonly counts: QueueStatus;
  readonly cleared: { readonly cleared: number };
}

/** The field by which an answer is known; its depths are the core's, and taken on trust. */
const answers = <Mark extends keyof Answers>(value: unknown, mark: Mark): value is Answers[Mark] =>
  typeof value === "object" && value !== null && mark in value;

async function ask<Mark extends keyof Answers>(
  deck: Deck,
  verb: string,
  args: object,
  mark: Mark,
  signal: AbortSignal,
): Promise<Answers[Mark]> {
  const answer = await deck.run(verb, args, signal);
  if (!answers(answer, mark)) throw new TypeError(`${verb} answered with something else`);
  return answer;
}

export const downloadsOf = async (deck: Deck, signal: AbortSignal): Promise<readonly Download[]> =>
  (await ask(deck, "downloads.list", {}, "downloads", signal)).downloads;

/** undefined where the one who owns is of a release that does not tell it. */
export async function statusOf(deck: Deck, signal: AbortSignal): Promise<QueueStatus | undefined> {
  try {
    return await ask(deck, "downloads.status", {}, "counts", signal);
  } catch (error) {
    if (isFault(error, "unknownVerb")) return undefined;
    throw error;
  }
}

export const clear = async (deck: Deck, state: string, signal: AbortSignal): Promise<number> =>
  (await ask(deck, "tasks.clear", { state, kind: "download" }, "cleared", signal)).cleared;
