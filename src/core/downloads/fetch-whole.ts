import type { Random } from "../ports/random.ts";
import { type Fault, fault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { RateGate } from "./rate-gate.ts";

export interface Fetching extends Attempt {
  readonly random: Random;
  readonly gate: RateGate;
  /** Nothing moves for a while, and why. */
  readonly onWait: (why: Fault) => void;
}

/**
 * Attempts until all bytes are there. Failures in a row are counted; bytes beyond the furthest so far forgive them, so that
 * a source that keeps starting over is given up and one that keeps breaking off is not.
 * @throws FaultError the last failure, when patience is at its end
 */
export async function fetchWhole(given: Fetching, signal: AbortSignal): Promise<void> {
  const { job, partial, patience, clock, gate } = given;
  const home = new URL(job.url).host;
  let furthest = partial.offset();
  let failures = 0;
  while (partial.offset() < job.sizeBytes) {
    signal.throwIfAborted();
    await atTheGate(given, home, signal);
    const end = await attempt(given, signal);
    if (end.kind === "complete") return;
    const gained = partial.offset() - furthest;
    // A trickle that had to be given up is no gain.
    if (gained >= (end.fault.code === "timeout" ? patience.stallBytes : 1)) failures = 0;
    else failures += 1;
    furthest = Math.max(furthest, partial.offset());
    if (failures >= patience.attempts) throw fault(end.fault);
    if (end.fault.code === "rateLimited") {
      if (end.fault.retryAfter > patience.longestWait) throw fault(end.fault);
      gate.shut(home, end.fault.retryAfter);
      continue;
    }
    given.onWait(end.fault);
    const longest = Math.min(patience.cap, patience.base * 2 ** failures);
    await clock.sleep(millis(longest * given.random.fraction()), signal);
  }
}

/** A host that asked for time is given it, by everyone; who comes out does not come out with all others at once. */
async function atTheGate(
  { gate, clock, random, patience, onWait }: Fetching,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = gate.remaining(host); wait > 0; wait = gate.remaining(host)) {
    onWait({ code: "rateLimited", host, retryAfter: wait });
    await clock.sleep(millis(wait + random.fraction() * patience.base), signal);
  }
}
