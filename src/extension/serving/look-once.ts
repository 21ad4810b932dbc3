import type { Ask } from "../ask.ts";
import type { DeckLink } from "../deck-link.ts";

/**
 * Has the owner look what can serve, the first time it is called with a deck: when nothing can, the status says so to all
 * views. A deck that is opened anew, as after a setting changed, knows nothing of it yet.
 */
export function lookOnce({
  link,
  ask,
  onError,
  signal,
}: {
  readonly link: Pick<DeckLink, "state">;
  readonly ask: Ask;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): () => void {
  let looked: unknown;
  return () => {
    const deck = link.state.kind === "open" ? link.state.deck : undefined;
    if (deck === undefined || deck === looked) return;
    looked = deck;
    void ask("backends.list", {}, signal).catch((error: unknown) => void (signal.aborted || onError(error)));
  };
}
