import { setTimeout as sleep } from "node:timers/promises";
import type { RuntimeProbe } from "../ports/runtime.ts";
import { type EngineFinder, type FoundEngine, availableAs } from "./docker-find.ts";
import { watchSockets } from "./watch-sockets.ts";

const LOOK = 1000;
const RARELY = 10_000;
/** Looks after each sign of it, each a second later than the one before: its socket is there before it answers. */
const LOOKS = 10;

/**
 * Waits until an engine answers, and says so where it was known to be away: the first look found none, or it is not sought.
 * @param sought resolves once it is to be looked for ever so often; before that it is only after a sign of it
 * @param most looks after each sign
 * @returns undefined once the signal is aborted
 */
export async function untilThere(
  finder: EngineFinder,
  onState: (state: RuntimeProbe) => void,
  sought: Promise<void>,
  signal: AbortSignal,
  most = LOOKS,
): Promise<FoundEngine | undefined> {
  let looks = 0;
  let isSought = false;
  let woken = Promise.withResolvers<void>();
  const look = (): void => {
    looks = 0;
    woken.resolve();
  };
  const onAbort = (): void => woken.resolve();
  const seek = async (): Promise<void> => {
    await sought;
    isSought = true;
    woken.resolve();
  };
  void seek();
  signal.addEventListener("abort", onAbort);
  const uses = [watchSockets(finder.sockets(), look), finder.onFound(look)];
  try {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      woken = Promise.withResolvers();
      const found = await finder.find(signal);
      if (!("code" in found)) {
        if (!isFirst || !isSought) onState(availableAs(found));
        return found;
      }
      looks += 1;
      if (isSought || looks <= most) await within(Math.min(LOOK * looks, RARELY), woken.promise);
      else await woken.promise;
    }
    return undefined;
  } finally {
    signal.removeEventListener("abort", onAbort);
    for (const use of uses) use.dispose();
  }
}

/** Until it resolves, or for so many milliseconds. */
async function within(time: number, until: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = sleep(time, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  await Promise.race([until, late]);
  over.abort();
}
