import type { DeckEvent } from "../core/protocol/snapshot.ts";
import { type Disposable, type Event, createEmitter } from "../core/util/events.ts";
import type { Ask, VerbName, VerbResults } from "./ask.ts";
import type { DeckLink } from "./deck-link.ts";
import { renewals } from "./renewals.ts";

/** What a verb answers, read again whenever the deck says that it changed; what many views look at is read once. */
export interface Reading<T> extends Disposable {
  /** What `empty` was while the deck is not open. */
  readonly value: T;
  readonly onChange: Event<void>;
}

export interface ReadingParts {
  readonly link: Pick<DeckLink, "onState" | "onEvent"> & { readonly state: Pick<DeckLink["state"], "kind"> };
  readonly ask: Ask;
  readonly onError: (error: unknown) => void;
}

export function createReading<Name extends VerbName>(
  { link, ask, onError }: ReadingParts,
  verb: Name,
  kinds: readonly DeckEvent["kind"][],
  empty: VerbResults[Name],
): Reading<VerbResults[Name]> {
  const renewed = renewals[verb];
  const changed = createEmitter<void>(onError);
  const end = new AbortController();
  let value = empty;
  let reading = false;
  let again = false;

  const read = async (): Promise<void> => {
    again = true;
    if (reading) return;
    reading = true;
    // However many events come while one is read, it is read once more.
    while (again && link.state.kind === "open") {
      again = false;
      try {
        const next = await ask(verb, {}, end.signal);
        if (end.signal.aborted) break;
        value = next;
        changed.fire();
      } catch (error) {
        if (!end.signal.aborted) onError(error);
      }
    }
    reading = false;
  };
  const subscriptions = [
    link.onEvent((event) => {
      if (!kinds.includes(event.kind)) return;
      // What is being read may be of before the event or after it.
      const next = reading ? undefined : renewed?.(value, event);
      if (next === undefined) void read();
      else if (next !== value) {
        value = next;
        changed.fire();
      }
    }),
    link.onState(() => {
      if (link.state.kind === "open") void read();
      else if (value !== empty) {
        value = empty;
        changed.fire();
      }
    }),
  ];
  if (link.state.kind === "open") void read();

  return {
    get value() {
      return value;
    },
    onChange: changed.event,
    dispose: () => {
      end.abort();
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
}
