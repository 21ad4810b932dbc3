import type { Call } from "../owner/line.ts";
import { ownerGone } from "../owner/remote-deck.ts";
import { errorOf } from "./deck-failure.ts";
import { type ThreadAnswer, type ThreadFailure, type ToDeckThread, plain } from "./deck-messages.ts";

/** The questions to the thread of the deck that wait for their answers. */
export interface DeckCalls {
  /** Rejects as the deck does; with AbortError once it is being closed. */
  readonly ask: (call: Call, signal: AbortSignal | undefined) => Promise<Exclude<ThreadAnswer, ThreadFailure>>;
  readonly hear: (id: number, answer: ThreadAnswer) => void;
  /** No answer comes any more. */
  readonly end: () => void;
}

/** @param closing aborted when the deck is let go */
export function createDeckCalls(post: (message: ToDeckThread) => void, closing: AbortSignal): DeckCalls {
  const waiting = new Map<number, (answer: ThreadAnswer) => void>();
  let last = 0;
  let isOver = false;
  return {
    ask: async (call, signal) => {
      signal?.throwIfAborted();
      closing.throwIfAborted();
      if (isOver) throw ownerGone({ notStarted: true });
      const id = (last += 1);
      const cancel = (): void => {
        if (!isOver) post({ kind: "cancel", id });
      };
      const { promise, resolve } = Promise.withResolvers<ThreadAnswer>();
      waiting.set(id, resolve);
      try {
        postWhatCrosses(post, { kind: "call", id, call });
        signal?.addEventListener("abort", cancel, { once: true });
        const answer = await promise;
        if (answer.kind === "done" || answer.kind === "snapshot") return answer;
        if (answer.kind === "cancelled") {
          signal?.throwIfAborted();
          closing.throwIfAborted();
        }
        throw errorOf(answer);
      } finally {
        waiting.delete(id);
        signal?.removeEventListener("abort", cancel);
      }
    },
    hear: (id, answer) => waiting.get(id)?.(answer),
    end: () => {
      isOver = true;
      const answer: ThreadAnswer = closing.aborted
        ? { kind: "cancelled" }
        : { kind: "fault", fault: { code: "ownerGone" }, message: "" };
      for (const settle of waiting.values()) settle(answer);
    },
  };
}

/** Scripts and other extensions may give what cannot cross; of that goes what JSON would tell, as it does to an owner. */
function postWhatCrosses(post: (message: ToDeckThread) => void, message: ToDeckThread): void {
  try {
    post(message);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "DataCloneError") throw error;
    post(plain(message));
  }
}
