import type { Clock } from "../ports/clock.ts";

/** Hosts that do not answer, each asked by one small question now and then instead of by all that wait for it. */
export interface Offline {
  readonly has: (origin: string) => boolean;
  /** Whether the host really does not answer: then it is asked again by `look`. */
  confirm(origin: string, signal: AbortSignal): Promise<boolean>;
  /** Asks those whose time has come; all of them with `again`. */
  look(again: boolean, signal: AbortSignal): Promise<void>;
  /** When the host is asked again, in milliseconds of the monotonic clock; undefined where it answers. */
  until(origin: string): number | undefined;
  /** Milliseconds of the monotonic clock; undefined where all answer. */
  next(): number | undefined;
}

/** Milliseconds between two questions: the first, then twice as long each time. */
const FIRST = 5000;
const LONGEST = 60_000;

/** @param reachable whether anything answers there, whatever it says */
export function createOffline(
  clock: Pick<Clock, "now">,
  reachable: (origin: string, signal: AbortSignal) => Promise<boolean>,
): Offline {
  const silent = new Map<string, { readonly wait: number; readonly at: number }>();
  const ask = async (origin: string, wait: number, signal: AbortSignal): Promise<boolean> => {
    const answers = await reachable(origin, signal);
    if (answers) silent.delete(origin);
    else silent.set(origin, { wait, at: clock.now() + wait });
    return answers;
  };
  return {
    has: (origin) => silent.has(origin),
    confirm: async (origin, signal) => silent.has(origin) || !(await ask(origin, FIRST, signal)),
    look: async (again, signal) => {
      const due = [...silent].filter(([, { at }]) => again || at <= clock.now());
      await Promise.all(due.map(([origin, { wait }]) => ask(origin, Math.min(LONGEST, wait * 2), signal)));
    },
    until: (origin) => silent.get(origin)?.at,
    next: () => {
      const times = Array.from(silent.values(), ({ at }) => at);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
