import { setImmediate } from "node:timers/promises";
import type { Edit } from "../../ports/database.ts";
import type { Answer, Call } from "./calls.ts";
import { AT_ONCE, packEdits } from "./pack-edits.ts";

export interface Worker {
  readonly nextId: () => number;
  readonly ask: (call: Call) => Promise<Answer>;
  /** Throws where the worker is gone. */
  readonly tell: (call: Call) => void;
}

/** Commits on their way to the worker. A large one goes in parts, between which the loop is free; the worker does all of it or nothing. */
export interface Commits {
  send(edits: readonly Edit[]): Promise<Answer>;
  /** Resolves when all that was given is sent. */
  sent(): Promise<void>;
}

/** Edits in one commit: with more, it goes in parts. */
const MANY = 4 * AT_ONCE;

export function createCommits({ nextId, ask, tell }: Worker): Commits {
  /** Until the last part of a large commit is sent: those that come meanwhile go behind it. */
  let sending: Promise<void> | undefined;

  const inParts = async (edits: readonly Edit[]): Promise<Call> => {
    const id = nextId();
    if (edits.length <= MANY) return { id, kind: "commit", edits };
    let parts = 0;
    let at = 0;
    for (; edits.length - at > AT_ONCE; at += AT_ONCE, parts += 1) {
      tell({ id, kind: "part", packed: packEdits(edits.slice(at, at + AT_ONCE)) });
      await setImmediate();
    }
    return { id, kind: "commit", edits: edits.slice(at), parts };
  };
  const inTurn = (edits: readonly Edit[], before: Promise<void>): Promise<Answer> => {
    const sent = before.then(async () => ({ answer: ask(await inParts(edits)) }));
    const free = (): void => {
      if (sending === mine) sending = undefined;
    };
    const mine = sent.then(free, free);
    sending = mine;
    return sent.then(({ answer }) => answer);
  };

  return {
    send: (edits) =>
      sending === undefined && edits.length <= MANY
        ? ask({ id: nextId(), kind: "commit", edits })
        : inTurn(edits, sending ?? Promise.resolve()),
    sent: async () => sending,
  };
}
