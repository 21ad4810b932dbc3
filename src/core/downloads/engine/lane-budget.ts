/** Connections of the whole thread: one each for those that have none comes before more for those that have some. */
export interface LaneBudget {
  /** The first of a file: waits for its turn. The answer gives it back. */
  first(host: string, signal: AbortSignal): Promise<() => void>;
  /** One more, where nobody is kept from his first by it. */
  more(host: string): (() => void) | undefined;
  /** Somebody waits for his first there: whoever has several of that host gives one up. */
  wanted(host: string): boolean;
}

interface Waiting {
  readonly host: string;
  readonly go: () => void;
}

export function createLaneBudget(total: number, perHost: number): LaneBudget {
  const used = new Map<string, number>();
  const waiting: Waiting[] = [];
  let all = 0;

  const free = (host: string): boolean => all < total && (used.get(host) ?? 0) < perHost;

  function take(host: string): () => void {
    let held = true;
    all += 1;
    used.set(host, (used.get(host) ?? 0) + 1);
    return () => {
      if (!held) return;
      held = false;
      all -= 1;
      used.set(host, (used.get(host) ?? 1) - 1);
      const next = waiting.findIndex((one) => free(one.host));
      if (next >= 0) for (const one of waiting.splice(next, 1)) one.go();
    };
  }

  return {
    first: async (host, signal) => {
      signal.throwIfAborted();
      if (free(host)) return take(host);
      const turn = Promise.withResolvers<() => void>();
      const one: Waiting = { host, go: () => turn.resolve(take(host)) };
      const leave = (): void => {
        const at = waiting.indexOf(one);
        if (at >= 0) waiting.splice(at, 1);
        turn.reject(signal.reason);
      };
      waiting.push(one);
      signal.addEventListener("abort", leave, { once: true });
      try {
        return await turn.promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
    more: (host) => (waiting.length === 0 && free(host) ? take(host) : undefined),
    wanted: (host) => waiting.some((one) => one.host === host || all >= total),
  };
}
