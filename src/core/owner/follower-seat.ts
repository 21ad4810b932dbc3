import type { Clock } from "../ports/clock.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { OwnerLine } from "./line.ts";
import { type Millis, millis } from "../util/ids.ts";
import { BEAT, QUIET, createPulse } from "./pulse.ts";
import { remoteDeck } from "./remote-deck.ts";
import type { Ending, Seat } from "./seat.ts";

/** @param notice that the settings of the two differ */
export function followerSeat(
  line: OwnerLine,
  clock: Clock,
  secrets: { get(name: string): Promise<string | undefined> },
  notice: Trouble | undefined,
): Seat {
  const deck = remoteDeck(line, secrets);
  const ended = new AbortController();
  const ending = Promise.withResolvers<Ending>();
  const awaitEnd = async (): Promise<void> => {
    await line.ended;
    ended.abort();
    ending.resolve({ kind: "ended" });
  };
  const watchHeart = async (): Promise<void> => {
    await untilFrozen(line, clock, ended.signal);
    ending.resolve({ kind: "frozen", generation: line.owner.generation });
    line.end();
  };
  void awaitEnd();
  void watchHeart().catch(() => undefined);
  const { pid, generation } = line.owner;
  return {
    deck,
    words: `This window follows process ${pid}, which owns the registry as generation ${generation}.`,
    notices: notice ? [notice] : [],
    ending: ending.promise,
    secretChanged: (name) => line.tellSecretChanged(name),
    close: () => deck.close(),
  };
}

/** Resolves when the owner's heart has stopped; rejects with the signal's reason. */
async function untilFrozen(line: OwnerLine, clock: Clock, signal: AbortSignal): Promise<void> {
  let last = clock.now();
  line.onSign(() => (last = clock.now()));
  for (;;) {
    const quiet = clock.now() - last;
    if (quiet < QUIET * BEAT) await clock.sleep(millis(QUIET * BEAT - quiet), signal);
    // Who slept through it itself has missed nothing yet.
    else if (await hasStopped(line, clock, () => last, quiet > 2 * QUIET * BEAT ? 0 : QUIET, signal)) return;
  }
}

/** Asks for a sign of life, beat for beat, until there is one or it is time to give up. */
async function hasStopped(
  line: OwnerLine,
  clock: Clock,
  last: () => Millis,
  missed: number,
  signal: AbortSignal,
): Promise<boolean> {
  const before = last();
  const pulse = createPulse(clock.now(), missed);
  void line.beat();
  do {
    await clock.sleep(BEAT, signal);
    if (last() !== before) return false;
  } while (pulse.beat(clock.now()) === "alive");
  return true;
}
