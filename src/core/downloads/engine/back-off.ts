import { millis } from "../../util/ids.ts";
import { type Fetching, type Round, hostOf } from "./fetching.ts";

/** Full jitter: anything up to twice as long with each failure. */
export const backOff = async (
  { patience, clock, random }: Fetching,
  failures: number,
  signal: AbortSignal,
): Promise<void> =>
  clock.sleep(millis(Math.min(patience.cap, patience.base * 2 ** failures) * random.fraction()), signal);

/** A host that asked for time is given it, by everyone; who comes out does not come out with all others at once. */
export async function waitAtGate(round: Round, signal: AbortSignal): Promise<void> {
  const { gate, clock, random, patience, source, job } = round;
  for (;;) {
    const [at, home] = [source.host(), hostOf(job)];
    const host = gate.remaining(at) >= gate.remaining(home) ? at : home;
    const wait = gate.remaining(host);
    if (wait <= 0) return;
    if (round.open === 0) round.onWait({ code: "rateLimited", host, retryAfter: wait });
    await clock.sleep(millis(wait + random.fraction() * patience.base), signal);
  }
}
