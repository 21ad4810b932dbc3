/** What stands still while it is shut. */
export interface Gate {
  shut(): void;
  open(): void;
  /** Resolves once it is open; rejects with the signal's reason. */
  passed(signal: AbortSignal): Promise<void>;
}

export function createGate(): Gate {
  let shut: PromiseWithResolvers<void> | undefined;

  async function passed(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!shut) return;
    const aborted = Promise.withResolvers<void>();
    const give = (): void => aborted.resolve();
    signal.addEventListener("abort", give, { once: true });
    await Promise.race([shut.promise, aborted.promise]);
    signal.removeEventListener("abort", give);
    // It may be shut again by now.
    await passed(signal);
  }

  return {
    shut: () => void (shut ??= Promise.withResolvers()),
    open: () => {
      shut?.resolve();
      shut = undefined;
    },
    passed,
  };
}
