import type { Ask } from "../ask.ts";

/** Has the owner look what can serve, the first time it is called: when nothing can, the status says so to all views. */
export function lookOnce({
  ask,
  onError,
  signal,
}: {
  readonly ask: Ask;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): () => void {
  let hasLooked = false;
  return () => {
    if (hasLooked) return;
    hasLooked = true;
    void ask("backends.list", {}, signal).catch((error: unknown) => void (signal.aborted || onError(error)));
  };
}
