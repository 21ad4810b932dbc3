import type { Deck } from "../core.ts";
import { faultWords } from "../present/fault-words.ts";
import type { DeckEvent, DeckSnapshot } from "../protocol/snapshot.ts";
import { createEmitter } from "../util/events.ts";
import { type Fault, type FaultError, fault } from "../util/faults.ts";
import type { Answer, Call, OwnerLine } from "./line.ts";

/**
 * The deck of another process, over a line to it. Rejects with `ownerGone` where the line ended before the answer came.
 * @param secrets this window's own, for the owner where it has none
 */
export function remoteDeck(line: OwnerLine, secrets: { get(name: string): Promise<string | undefined> }): Deck {
  const events = createEmitter<DeckEvent>();
  const closing = new AbortController();
  line.listen({
    events: (told) => {
      for (const event of told) events.fire(event);
    },
    secret: async (name) => (await secrets.get(name).catch(() => undefined)) ?? null,
  });

  async function ask(call: Call, given: AbortSignal | undefined): Promise<Exclude<Answer, Unanswered>> {
    const signal = given ? AbortSignal.any([given, closing.signal]) : closing.signal;
    signal.throwIfAborted();
    const answer = await line.ask(call, signal);
    switch (answer.kind) {
      case "done":
      case "snapshot":
        return answer;
      case "fault":
        throw told(answer.fault, answer.message);
      case "broke":
        throw new Error(answer.message);
      case "cancelled":
        signal.throwIfAborted();
        throw ownerGone();
      case "notStarted":
        throw ownerGone({ notStarted: true });
      case "lost":
        closing.signal.throwIfAborted();
        throw ownerGone();
    }
  }

  return {
    run: async (verb, args, signal) => {
      const answer = await ask({ kind: "run", verb, args }, signal);
      return answer.kind === "done" ? answer.value : undefined;
    },
    snapshot: async (): Promise<DeckSnapshot> => {
      const answer = await ask({ kind: "snapshot" }, undefined);
      if (answer.kind !== "snapshot") throw new Error("the owner answered something else");
      return answer.snapshot;
    },
    onEvent: events.event,
    close: async () => {
      closing.abort();
      line.end();
      events.dispose();
    },
  };
}

type Unanswered = { readonly kind: "fault" | "broke" | "cancelled" | "notStarted" | "lost" };

/** The fault again, in this window's words; a later release may know some that we do not, and has said them. */
function told(facts: Fault, message: string): FaultError {
  const error = fault(facts);
  error.message = wordsOf(facts) ?? message;
  return error;
}

/** The words are total over the faults of this release. */
function wordsOf(facts: Fault): string | undefined {
  const words: { readonly message: string } | undefined = faultWords(facts);
  return words?.message;
}

export const ownerGone = (facts: { readonly notStarted?: true } = {}): FaultError => {
  const error = fault({ code: "ownerGone", ...facts });
  error.message = faultWords(error.fault).message;
  return error;
};
