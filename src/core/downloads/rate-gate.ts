import type { Clock } from "../ports/clock.ts";
import { type Millis, millis } from "../util/ids.ts";

/** Hosts that asked to wait: all who want something of one wait, whoever was told. */
export interface RateGate {
  shut(host: string, wait: Millis): void;
  /** Milliseconds until it opens; 0: it is open. */
  remaining(host: string): Millis;
}

export function createRateGate(clock: Clock): RateGate {
  const opens = new Map<string, number>();
  return {
    shut: (host, wait) => void opens.set(host, Math.max(opens.get(host) ?? 0, clock.now() + wait)),
    remaining: (host) => millis(Math.max(0, (opens.get(host) ?? 0) - clock.now())),
  };
}
