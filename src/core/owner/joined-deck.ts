import type { Deck } from "../core.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { DeckEvent } from "../protocol/snapshot.ts";
import { createEmitter } from "../util/events.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { seconds } from "../util/ids.ts";
import { unlessAborted } from "../util/unless-aborted.ts";
import { changesAnything } from "../verbs/run-verb.ts";
import type { Ending, Seat } from "./seat.ts";

/** Until a folder that could not be had again is tried once more. */
const RETRY = seconds(3);

const SETTLED = seconds(2);

/** All that a view may show is to be read again. */
const ALL_CHANGED: readonly DeckEvent[] = [
  { kind: "models", names: [] },
  ...(["downloads", "serving", "profiles", "tasks", "history"] as const).map((kind) => ({ kind })),
];

/**
 * One deck that outlives its seats: where the owner goes, it takes over or follows the next. What only reads is asked
 * again there, and so is what is known not to have started; other changes reject with `ownerGone`.
 * @param seek finds a seat; it rejects where none can be had
 */
export async function joinDeck(
  seek: (before: Ending | undefined, signal: AbortSignal) => Promise<Seat>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Deck & { readonly seat: () => Seat | undefined }> {
  const closing = new AbortController();
  const events = createEmitter<DeckEvent>((error) => log.error("a listener failed", error));
  let sitting: Seat | undefined;
  let current: Promise<Seat>;

  const sit = (seat: Seat): Seat => {
    log.info(seat.words);
    sitting = seat;
    seat.deck.onEvent((event) => events.fire(event));
    void tellNotices(seat).catch(() => undefined);
    void leave(seat);
    return seat;
  };
  /** Where all windows change their seats at once, as settings change, what is true for a moment is not told. */
  async function tellNotices(seat: Seat): Promise<void> {
    await clock.sleep(SETTLED, closing.signal);
    if (seat !== sitting) return;
    for (const notice of seat.notices) events.fire({ kind: "notice", notice });
  }
  async function leave(seat: Seat): Promise<void> {
    const how = await seat.ending;
    if (!closing.signal.aborted) await seekAgain(how);
  }
  async function seekAgain(how: Ending): Promise<void> {
    sitting = undefined;
    current = seek(how, closing.signal).then(sit);
    try {
      await current;
      for (const event of ALL_CHANGED) events.fire(event);
    } catch (error) {
      if (closing.signal.aborted) return;
      log.warn(`The registry cannot be had again, and is tried once more soon: ${reasonOf(error)}`);
      await clock.sleep(RETRY, closing.signal).then(
        () => seekAgain({ kind: "ended" }),
        () => undefined,
      );
    }
  }
  async function ask<T>(deed: (seat: Seat) => Promise<T>, isRead: boolean, given: AbortSignal | undefined): Promise<T> {
    const signal = given ? AbortSignal.any([given, closing.signal]) : closing.signal;
    for (;;) {
      signal.throwIfAborted();
      const seat = await unlessAborted(current, signal);
      try {
        return await deed(seat);
      } catch (error) {
        const again = isFault(error, "ownerGone") && (isRead || error.fault.notStarted === true);
        if (!again || signal.aborted) throw error;
        await unlessAborted(seat.ending, signal);
      }
    }
  }

  current = seek(undefined, closing.signal).then(sit);
  await current;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort();
    events.dispose();
    // One that is still on its way is left as soon as it is there.
    const seat = await current.catch(() => undefined);
    await seat?.close();
  };
  return {
    seat: () => sitting,
    run: (verb, args, signal) => ask((seat) => seat.deck.run(verb, args, signal), !changesAnything(verb), signal),
    snapshot: () => ask((seat) => seat.deck.snapshot(), true, undefined),
    onEvent: events.event,
    close: () => (closed ??= close()),
  };
}
