import type { Deck } from "../core.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";
import { isCancelled, isFault, reasonOf } from "../util/faults.ts";
import { changesAnything } from "../verbs/run-verb.ts";
import type { Answer, Call, WindowLine } from "./line.ts";
import { mergeEvents } from "./merge-events.ts";

/** The owner's desk for the windows that follow. */
export interface WindowDesk {
  readonly accept: (line: WindowLine) => void;
  /** Those that follow now, in the order they came. */
  readonly windows: () => Iterable<WindowLine>;
  tell(event: DeckEvent): void;
  /** Tells the windows that the owner lives. */
  beat(): void;
  /** From now on calls are turned away, as not started. */
  leave(): void;
  /** Ends all lines. */
  close(): void;
}

/**
 * @param deck the owner's, which may still be opening; a call waits for it
 * @param redact passes what is no fault before it crosses
 */
export function serveWindows(
  deck: Promise<Pick<Deck, "run" | "snapshot">>,
  redact: (text: string) => string,
  onSecretChanged: (name: string) => void,
): WindowDesk {
  const lines = new Set<WindowLine>();
  const leaving = new AbortController();
  let batch: DeckEvent[] = [];

  /** What happens in one turn is one message. */
  const flush = (): void => {
    const told = mergeEvents(batch);
    batch = [];
    for (const line of lines) line.tellEvents(told);
  };

  async function answer(call: Call, signal: AbortSignal): Promise<Answer> {
    if (leaving.signal.aborted) return { kind: "notStarted" };
    const ours = await deck.catch(() => undefined);
    if (!ours || leaving.signal.aborted) return { kind: "notStarted" };
    try {
      if (call.kind === "snapshot") return { kind: "snapshot", snapshot: await ours.snapshot() };
      return { kind: "done", value: await ours.run(call.verb, call.args, signal) };
    } catch (error) {
      if (isFault(error, "ownerGone")) return error.fault.notStarted ? { kind: "notStarted" } : { kind: "lost" };
      if (isFault(error)) return { kind: "fault", fault: error.fault, message: redact(error.message) };
      if (isCancelled(error, signal)) return { kind: "cancelled" };
      // It was cut off by our own leaving, somewhere on its way.
      if (leaving.signal.aborted) return { kind: "lost" };
      return { kind: "broke", message: redact(reasonOf(error)) };
    }
  }

  return {
    accept: (line) => {
      lines.add(line);
      // A window that is gone waits for no answer; what it has begun to change goes on, as it would in the owner.
      const gone = new AbortController();
      const awaitEnd = async (): Promise<void> => {
        await line.ended;
        lines.delete(line);
        gone.abort();
      };
      void awaitEnd();
      line.listen({
        call: (call, signal) =>
          answer(
            call,
            call.kind === "run" && changesAnything(call.verb) ? signal : AbortSignal.any([signal, gone.signal]),
          ),
        secretChanged: onSecretChanged,
      });
    },
    windows: () => lines,
    tell: (event) => {
      if (lines.size === 0) return;
      if (batch.length === 0) queueMicrotask(flush);
      batch.push(event);
    },
    beat: () => {
      for (const line of lines) line.tellAlive();
    },
    leave: () => leaving.abort(),
    close: () => {
      leaving.abort();
      for (const line of lines) line.end();
    },
  };
}
