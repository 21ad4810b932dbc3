/** Work that several ask for at once is done once; it is given up when all who asked have left. */
export interface Flights<T> {
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  passengers: number;
}

export function createFlights<T>(): Flights<T> {
  const under = new Map<string, Flight<T>>();
  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const stop = new AbortController();
    const flight: Flight<T> = {
      result: work(stop.signal).finally(() => {
        if (under.get(key) === flight) under.delete(key);
      }),
      stop,
      passengers: 0,
    };
    // Who left does not hear of it, and nobody may be left.
    flight.result.catch(() => undefined);
    under.set(key, flight);
    return flight;
  };
  return {
    run: async (key, work, signal) => {
      signal.throwIfAborted();
      const flight = under.get(key) ?? start(key, work);
      flight.passengers += 1;
      const left = Promise.withResolvers<never>();
      const leave = (): void => left.reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      try {
        return await Promise.race([flight.result, left.promise]);
      } finally {
        signal.removeEventListener("abort", leave);
        flight.passengers -= 1;
        if (flight.passengers === 0 && signal.aborted) {
          if (under.get(key) === flight) under.delete(key);
          flight.stop.abort(signal.reason);
        }
      }
    },
  };
}
