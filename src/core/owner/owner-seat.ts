import type { Deck } from "../core.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";
import { createEmitter } from "../util/events.ts";
import { isFault } from "../util/faults.ts";
import type { Ownership } from "./claim.ts";
import { SIGN } from "./pulse.ts";
import { ownerGone } from "./remote-deck.ts";
import type { Ending, Seat } from "./seat.ts";
import type { WindowDesk } from "./serve-windows.ts";

export interface OwnerSeat extends Seat {
  /** Lets go for a newer one. */
  yield(): void;
}

/** @param deck the local one  @param desk serves it to the windows that follow */
export function ownerSeat({
  ownership,
  deck,
  desk,
  clock,
  log,
  forget,
}: {
  readonly ownership: Ownership;
  readonly deck: Deck;
  readonly desk: WindowDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly forget: (secret: string) => void;
}): OwnerSeat {
  const events = createEmitter<DeckEvent>((error) => log.error("a listener failed", error));
  const ending = Promise.withResolvers<Ending>();
  const leaving = new AbortController();
  let left: Promise<void> | undefined;
  let superseded = false;

  const letGo = async (how: Ending): Promise<void> => {
    leaving.abort();
    desk.leave();
    events.dispose();
    try {
      await deck.close();
    } finally {
      // Only now another may come.
      desk.close();
      await ownership.release();
      ending.resolve(how);
    }
  };
  const leave = (how: Ending): Promise<void> => (left ??= letGo(how));
  const retire = (how: Ending, why: string): void => {
    if (left) return;
    log.info(why);
    leave(how).catch((error: unknown) => log.warn(`letting go of the registry met a problem: ${String(error)}`));
  };
  /** Another has superseded us while we were frozen: what we have in hand is dropped, not finished. */
  const isReplaced = (): boolean => {
    if (!left && ownership.lost()) {
      superseded = true;
      retire({ kind: "ended" }, "Another process has taken the registry over; this window follows it.");
    }
    return left !== undefined;
  };
  const guarded = async <T>(deed: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    if (isReplaced()) throw ownerGone({ notStarted: true });
    try {
      const done = await deed();
      // What it says of its end was seen with the eyes of one who slept; the successor knows.
      if (!isReplaced() || !superseded) return done;
    } catch (error) {
      // Cut off by our own leaving: how far it came nobody knows.
      if (!isReplaced() || signal?.aborted || (isFault(error) && error.code !== "ownerGone")) throw error;
    }
    throw ownerGone();
  };
  const watch = async (): Promise<void> => {
    while (!isReplaced()) {
      desk.beat();
      await clock.sleep(SIGN, leaving.signal);
    }
  };

  deck.onEvent((event) => {
    if (isReplaced()) return;
    events.fire(event);
    desk.tell(event);
  });
  void watch().catch(() => undefined);
  return {
    deck: {
      run: (verb, args, signal) => guarded(() => deck.run(verb, args, signal), signal),
      snapshot: () => guarded(() => deck.snapshot(), undefined),
      onEvent: events.event,
    },
    words: `This window owns the registry as generation ${ownership.generation}; others follow it.`,
    notices: [],
    ending: ending.promise,
    secretChanged: forget,
    close: () => leave({ kind: "ended" }),
    yield: () => retire({ kind: "yielded" }, "A window with a newer Model Deck takes over; this one follows it."),
  };
}
