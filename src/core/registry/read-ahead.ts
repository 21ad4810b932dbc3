import type { Clock } from "../ports/clock.ts";
import type { Disposable } from "../util/events.ts";
import { millis } from "../util/ids.ts";
import type { Registry } from "./registry.ts";

/** After an opening, or a commit after which all is read anew: others go first. */
const LATER = millis(500);
/** Before each slice. */
const PAUSE = millis(5);

/** Has the registry read what lists look at when nothing else happens, so that the first page need not wait. */
export function readAheadOf(
  registry: Pick<Registry, "readAhead" | "onChange" | "onRevised">,
  clock: Pick<Clock, "sleep">,
): Disposable {
  const ended = new AbortController();
  let next = new AbortController();
  const begin = (): void => {
    next.abort();
    next = new AbortController();
    const signal = AbortSignal.any([ended.signal, next.signal]);
    void read(signal).catch(() => undefined);
  };
  const read = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(LATER, signal);
    await registry.readAhead(() => clock.sleep(PAUSE, signal));
  };
  const listening = registry.onChange((changes) => {
    if (changes === "many") begin();
  });
  // What was read of a snapshot that turned out damaged is forgotten.
  const revising = registry.onRevised(begin);
  begin();
  return {
    dispose: () => {
      listening.dispose();
      revising.dispose();
      ended.abort();
    },
  };
}
