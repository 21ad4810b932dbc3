import type { HubHit, HubHits, HubQuery, Provider } from "../../core/protocol/hub.ts";

/** What the box shows at the moment. */
export type SearchState =
  | { readonly kind: "idle" }
  | { readonly kind: "searching" }
  | { readonly kind: "found"; readonly hits: readonly HubHit[]; readonly more: boolean; readonly note?: string }
  | { readonly kind: "failed"; readonly error: unknown };

export interface SearchSession {
  /** The last one wins: what was asked before it is given up. */
  search(text: string): void;
  /** The next page, after those that are shown. */
  more(): void;
  dispose(): void;
}

export interface SearchParts {
  readonly provider: Provider;
  readonly ask: (query: Partial<HubQuery>, signal: AbortSignal) => Promise<HubHits>;
  /** Rejects with the signal's reason; how long a person pauses between two letters. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  readonly show: (state: SearchState) => void;
}

/** Hits that are kept while a person goes on from page to page. */
const MOST = 500;

/** Searches while a person types: once they pause, and never two questions at the same time. */
export function createSearchSession({ provider, ask, pause, show }: SearchParts): SearchSession {
  let current = new AbortController();
  let found:
    | { readonly text: string; readonly hits: readonly HubHit[]; readonly cursor: string | undefined }
    | undefined;

  function start(work: (signal: AbortSignal) => Promise<void>): void {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    void work(signal).catch((error: unknown) => {
      if (!signal.aborted) show({ kind: "failed", error });
    });
  }

  async function page(text: string, before: readonly HubHit[], cursor: string | undefined, signal: AbortSignal) {
    show({ kind: "searching" });
    const answer = await ask(
      { provider, ...(text !== "" && { text }), ...(cursor !== undefined && { cursor }) },
      signal,
    );
    if (signal.aborted) return;
    const hits = [...before, ...answer.hits].slice(0, MOST);
    const next = hits.length < MOST ? answer.cursor : undefined;
    found = { text, hits, cursor: next };
    const { note } = answer;
    show({ kind: "found", hits, more: next !== undefined, ...(note !== undefined && { note }) });
  }

  return {
    search: (given) => {
      const text = given.trim();
      start(async (signal) => {
        await pause(signal);
        await page(text, [], undefined, signal);
      });
    },
    more: () => {
      const from = found;
      if (from?.cursor !== undefined) start((signal) => page(from.text, from.hits, from.cursor, signal));
    },
    dispose: () => current.abort(),
  };
}
