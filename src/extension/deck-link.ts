import type { Deck } from "../core/core.ts";
import type { OpenDeck } from "../core/open-deck.ts";
import type { DeckEvent } from "../core/protocol/snapshot.ts";
import { type Disposable, type Event, createEmitter } from "../core/util/events.ts";
import { isFault } from "../core/util/faults.ts";

/** A deck that may tell whether this process owns its folder, and that it broke; one that does not tell is not shared. */
type WindowDeck = Deck & Partial<Pick<OpenDeck, "owns" | "broken">>;

export type LinkState =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly deck: WindowDeck }
  /** Another process owns the registry, of a version we cannot follow; it is asked again now and then. */
  | { readonly kind: "locked"; readonly error: unknown }
  | { readonly kind: "failed"; readonly error: unknown };

/** This window's way to the deck: opened once, on first need or when told, and opened anew when told. */
export interface DeckLink extends Disposable {
  readonly state: LinkState;
  readonly onState: Event<void>;
  /** Events of whichever deck is open. */
  readonly onEvent: Event<DeckEvent>;
  readonly open: () => Promise<Deck>;
  /** Whether this window's process owns the data folder at the moment. */
  readonly owns: () => boolean;
  /** Opens where that is still to be done. Rejects as `open` and `Deck.run` do. */
  readonly run: (verb: string, args: unknown, signal: AbortSignal) => Promise<unknown>;
  /** Closes and opens again. Rejects as `open` does. */
  reopen(): Promise<void>;
  /** For good. */
  readonly close: () => Promise<void>;
}

/** One that broke sooner than so many milliseconds after it was opened is not opened again by itself. */
const STABLE = 30_000;

/** @param retryAfter milliseconds until an owner that cannot be followed is asked again */
export function createDeckLink(openDeck: () => Promise<WindowDeck>, retryAfter: number, stable = STABLE): DeckLink {
  const stated = createEmitter<void>();
  const events = createEmitter<DeckEvent>();
  let state: LinkState = { kind: "opening" };
  let opening: Promise<WindowDeck> | undefined;
  let ended = false;
  let retry: NodeJS.Timeout | undefined;

  const become = (next: LinkState): void => {
    state = next;
    stated.fire();
  };
  const attempt = async (): Promise<WindowDeck> => {
    clearTimeout(retry);
    // While it is locked it stays so in everyone's eyes until it is had.
    if (state.kind !== "locked") become({ kind: "opening" });
    try {
      const deck = await openDeck();
      deck.onEvent((event) => events.fire(event));
      become({ kind: "open", deck });
      const since = performance.now();
      void deck.broken?.then((error) => mend(deck, error, performance.now() - since));
      return deck;
    } catch (error) {
      opening = undefined;
      const locked = isFault(error, "locked") || (isFault(error, "versionSkew") && error.fault.owner !== undefined);
      become({ kind: locked ? "locked" : "failed", error });
      if (locked && !ended) retry = setTimeout(() => void open().catch(() => undefined), retryAfter);
      throw error;
    }
  };
  const open = (): Promise<WindowDeck> => {
    if (ended) return Promise.reject(new Error("Model Deck is closed"));
    opening ??= attempt();
    return opening;
  };
  /** Its thread ended by itself: what it did is in its journals, and goes on from there. */
  const mend = (deck: WindowDeck, error: Error, lasted: number): void => {
    if (ended || state.kind !== "open" || state.deck !== deck) return;
    opening = undefined;
    become({ kind: "failed", error });
    if (lasted >= stable) void open().catch(() => undefined);
  };
  const letGo = async (): Promise<void> => {
    clearTimeout(retry);
    const last = opening;
    opening = undefined;
    // One that could not be opened needs no closing.
    const deck = await last?.catch(() => undefined);
    await deck?.close();
  };
  let reopening: Promise<void> = Promise.resolve();
  /** After the one before, whatever became of it. */
  const reopen = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    await letGo();
    if (!ended) await open();
  };
  const close = async (): Promise<void> => {
    ended = true;
    await reopening.catch(() => undefined);
    await letGo();
  };

  return {
    get state() {
      return state;
    },
    onState: stated.event,
    onEvent: events.event,
    open,
    owns: () => state.kind === "open" && state.deck.owns?.() !== false,
    run: async (verb, args, signal) => (await open()).run(verb, args, signal),
    reopen: () => {
      reopening = reopen(reopening);
      return reopening;
    },
    close,
    dispose: () => {
      void close().catch(() => undefined);
      stated.dispose();
      events.dispose();
    },
  };
}
