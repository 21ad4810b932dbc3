export interface Disposable {
  dispose(): void;
}

/** An event is a function that takes a listener: the shape of `vscode.Event`, so that the shell subscribes directly. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

export interface Emitter<T> extends Disposable {
  readonly event: Event<T>;
  /** Calls the listeners there are now; one that throws does not keep the others from hearing. */
  fire(value: T): void;
}

/** @param onError hears what a listener throws; without one it is thrown again from a microtask. */
export function createEmitter<T>(onError?: (error: unknown) => void): Emitter<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    event: (listener) => {
      // A listener that is added twice hears twice, so each subscription is a function of its own.
      const own = (value: T): void => listener(value);
      listeners.add(own);
      return { dispose: () => void listeners.delete(own) };
    },
    fire: (value) => {
      for (const listener of Array.from(listeners)) {
        if (!listeners.has(listener)) continue;
        try {
          listener(value);
        } catch (error) {
          if (onError) onError(error);
          else
            queueMicrotask(() => {
              throw error;
            });
        }
      }
    },
    dispose: () => listeners.clear(),
  };
}
