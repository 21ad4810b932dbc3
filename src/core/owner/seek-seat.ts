import type { Clock } from "../ports/clock.ts";
import { fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import type { OwnerLine } from "./line.ts";
import type { Meeting } from "./meeting.ts";
import type { Ending, Seat } from "./seat.ts";

export interface SeekParts {
  /** undefined while another lives. @param over owners up to this generation are frozen */
  readonly claim: (over: number | undefined) => Promise<Seat | undefined>;
  readonly call: () => Promise<Meeting>;
  readonly follow: (line: OwnerLine) => Seat;
  readonly clock: Clock;
}

/** Milliseconds between two looks at an owner that is about to let go. */
const AGAIN = millis(40);
/** So many looks a newer one has to come first. */
const GRACE = 50;

/**
 * Owns the folder, or follows whoever does; exactly one of all that seek at the same moment owns.
 * @param before how the last seat ended
 * @throws FaultError `versionSkew`, `locked` by who does not know us, and what opening throws
 */
export async function seekSeat(
  { claim, call, follow, clock }: SeekParts,
  before: Ending | undefined,
  signal: AbortSignal,
): Promise<Seat> {
  let over = before?.kind === "frozen" ? before.generation : undefined;
  let grace = before?.kind === "yielded" ? GRACE : 0;
  for (;;) {
    signal.throwIfAborted();
    const seat = grace > 0 ? undefined : await claim(over);
    if (seat) return seat;
    const meeting = await call();
    switch (meeting.kind) {
      case "line":
        return follow(meeting.line);
      case "refused":
        throw fault(meeting.fault);
      case "silent":
        over = meeting.generation;
        continue;
      case "nobody":
      case "leaving":
        grace -= 1;
        await clock.sleep(AGAIN, signal);
    }
  }
}
