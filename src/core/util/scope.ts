import type { Disposable } from "./events.ts";

/** What was made together and ends together. */
export interface Scope extends Disposable {
  /** Hands the thing back; in a scope that has ended it is disposed at once. */
  use<T extends Disposable>(thing: T): T;
  /** Aborted first when the scope ends. */
  readonly signal: AbortSignal;
}

/** Ends what it holds in reverse order. */
export function createScope(): Scope {
  const held: Disposable[] = [];
  const shutdown = new AbortController();
  return {
    signal: shutdown.signal,
    use: (thing) => {
      if (shutdown.signal.aborted) thing.dispose();
      else held.push(thing);
      return thing;
    },
    dispose: () => {
      if (shutdown.signal.aborted) return;
      shutdown.abort();
      for (const thing of held.splice(0).toReversed()) thing.dispose();
    },
  };
}
