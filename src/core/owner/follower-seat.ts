import type { Clock } from "../ports/clock.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { OwnerLine } from "./line.ts";
import { BEAT, createPulse } from "./pulse.ts";
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
  const pulse = createPulse(clock.now());
  let asked = false;
  const ask = async (): Promise<void> => {
    if (asked) return;
    asked = true;
    await line.beat();
    asked = false;
    pulse.heard();
  };
  do {
    void ask();
    await clock.sleep(BEAT, signal);
  } while (pulse.beat(clock.now()) === "alive");
}
