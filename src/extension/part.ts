import type { Disposable } from "../core/util/events.ts";

/** A part of the shell in a bundle of its own: loaded with its first use, and once. */
export interface Part<T> extends Disposable {
  /** Rejects as its making does, or as `isGone` knows; the next use tries again. Once it is disposed, with AbortError. */
  readonly get: () => Promise<T>;
}

export function createPart<T extends Disposable>(load: () => Promise<T>): Part<T> {
  const end = new AbortController();
  let loading: Promise<T> | undefined;
  const attempt = async (): Promise<T> => {
    try {
      const part = await load();
      if (end.signal.aborted) part.dispose();
      end.signal.throwIfAborted();
      return part;
    } catch (error) {
      loading = undefined;
      end.signal.throwIfAborted();
      throw error;
    }
  };
  return {
    get: async () => {
      end.signal.throwIfAborted();
      return (loading ??= attempt());
    },
    dispose: () => {
      if (end.signal.aborted) return;
      end.abort();
      void loading?.then(
        (part) => part.dispose(),
        () => undefined,
      );
    },
  };
}

/** A bundle's file is no longer there, as after an update under a window that still runs. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND");
