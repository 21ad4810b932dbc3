import type { Clock } from "../ports/clock.ts";
import { isErrorAnswer } from "../present/fault-words.ts";
import { troubleOf } from "../present/trouble.ts";
import type { HostStatus } from "../protocol/system.ts";
import type { Fault } from "../util/faults.ts";
import type { Millis } from "../util/ids.ts";

/** What hosts on the web last did, noted by whoever asks them anyway: none is asked for it. */
export interface HostBook {
  /** Whatever it said. */
  answered(host: string): void;
  /** @param why an error that it answered with makes it one that answered */
  silent(host: string, why: Fault): void;
  /** It answered that it wants to be left alone for so long. */
  waits(host: string, wait: Millis): void;
  /** By name. */
  list(): readonly HostStatus[];
}

interface Note {
  /** Milliseconds since 1970, as `opens`. */
  readonly at: number;
  readonly why?: Fault;
  readonly opens?: number;
}

/** Hosts of direct addresses, and where they send us, add up; of more the oldest is forgotten. */
const MOST = 64;

export function createHostBook(clock: Pick<Clock, "wall">): HostBook {
  const notes = new Map<string, Note>();
  const note = (host: string, { why, opens = notes.get(host)?.opens }: Omit<Note, "at">): void => {
    notes.delete(host);
    notes.set(host, { at: clock.wall(), ...(why && { why }), ...(opens !== undefined && { opens }) });
    for (const oldest of notes.keys()) {
      if (notes.size <= MOST) break;
      notes.delete(oldest);
    }
  };
  return {
    answered: (host) => note(host, {}),
    silent: (host, why) => note(host, isErrorAnswer(why) ? {} : { why }),
    waits: (host, wait) => {
      const opens = Math.max(notes.get(host)?.opens ?? 0, clock.wall() + wait);
      note(host, { why: { code: "rateLimited", host, retryAfter: wait }, opens });
    },
    list: () =>
      Array.from(notes, ([host, one]) => statusOf(host, one, clock.wall())).toSorted((a, b) =>
        a.host < b.host ? -1 : 1,
      ),
  };
}

function statusOf(host: string, { at, why, opens = 0 }: Note, now: number): HostStatus {
  const known = { host, askedAt: new Date(at).toISOString() };
  const reason = why && troubleOf(why);
  if (opens > now)
    return { ...known, state: "waiting", until: new Date(opens).toISOString(), ...(reason && { reason }) };
  return reason && reason.code !== "rateLimited"
    ? { ...known, state: "offline", reason }
    : { ...known, state: "reachable" };
}
