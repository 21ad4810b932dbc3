import { type Fault, fault } from "../../util/faults.ts";
import { millis } from "../../util/ids.ts";
import { backOff, waitAtGate } from "./back-off.ts";
import { createExtents } from "./extents.ts";
import { type Fetching, type Round, hostOf, yields } from "./fetching.ts";
import { type Growth, createGrowth } from "./growth.ts";
import { type AskEnd, askFor } from "./lane.ts";

/** What lanes ended with. */
export interface RoundEnd {
  /** Why what is here is of no use; undefined: all came. */
  readonly fault?: Fault;
  /** The source sends no parts. */
  readonly whole: boolean;
}

type StartOver = (end: Required<RoundEnd>) => void;

/** Milliseconds between two looks at whether more connections are worth it. */
const LOOK_EVERY = 25;
/** Gains from which a connection that broke off is gone on from at once. */
const WORTH = 64 * 1024;
/** Failures in a row after which one of several lanes leaves the rest to the others. */
const LEAVE_AFTER = 2;
/** Failures after which the way is asked for anew. */
const FORGET_AFTER = 3;

/**
 * As many as are worth it, until nothing is left.
 * @throws FaultError where one lane met what no other will do better, or the last one's patience is at its end
 */
export async function runLanes(given: Fetching, whole: boolean, outer: AbortSignal): Promise<RoundEnd> {
  const { job, growing, budget, clock } = given;
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const extents = createExtents(growing.missing(), job.sizeBytes);
  const round: Round = { ...given, extents, whole, active: 0, wanted: 1, begun: 0, open: 0, sentParts: false };
  const most = Math.min(job.connections, extents.count());
  const growth = createGrowth({ most, rate: () => given.bucket.current(), busy: given.busy });
  const lanes = new Set<Promise<void>>();
  let again: RoundEnd | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const startOver: StartOver = (why) => {
    again ??= why;
    stop.abort();
  };

  function start(release: () => void): void {
    round.active += 1;
    const ended = runLane(round, growth, startOver, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) thrown = { error };
        stop.abort();
      })
      .finally(() => {
        lanes.delete(ended);
        release();
      });
    lanes.add(ended);
  }

  start(await budget.first(hostOf(job), signal));
  while (lanes.size > 0 && !signal.aborted) {
    const look = new AbortController();
    const awake = clock.sleep(millis(LOOK_EVERY), AbortSignal.any([look.signal, signal])).catch(() => undefined);
    await Promise.race([awake, ...lanes]);
    look.abort();
    round.wanted = round.whole ? 1 : growth.wanted(clock.now(), growing.done(), round.open);
    while (round.open > 0 && round.active < round.wanted && !signal.aborted && extents.any(limitOf(round))) {
      const release = budget.more(hostOf(job));
      if (!release) break;
      start(release);
    }
  }
  await Promise.all(lanes);
  outer.throwIfAborted();
  if (thrown) throw thrown.error;
  return again ?? { whole: round.whole };
}

const limitOf = ({ window, growing }: Round): number =>
  window === undefined ? Number.POSITIVE_INFINITY : growing.frontier() + window;

/** Extent after extent, until there is none or it is given up. */
async function runLane(round: Round, growth: Growth, startOver: StartOver, signal: AbortSignal): Promise<void> {
  let here = true;
  /** Said at once, so that no two leave for each other's sake. */
  const leave = (): void => {
    if (here) round.active -= 1;
    here = false;
  };
  let oddities = 0;
  let failures = 0;
  try {
    for (;;) {
      const extent = round.extents.take(limitOf(round));
      if (!extent) return;
      let end: AskEnd;
      try {
        await waitAtGate(round, signal);
        end = await askFor(round, extent, signal);
      } finally {
        round.extents.giveBack(extent);
      }
      if (end.kind === "restart") startOver({ fault: end.fault, whole: round.whole });
      if (end.kind === "broken" && end.odd !== undefined) {
        oddities += 1;
        if (!round.sentParts || oddities > 1) startOver({ fault: end.fault, whole: end.odd === "whole" });
      }
      if (end.kind === "broken" && round.growing.done() > 0 && !round.growing.resumable())
        startOver({ fault: end.fault, whole: round.whole });
      signal.throwIfAborted();
      if (yields(round) || round.active > Math.max(1, round.wanted)) return;
      if (end.kind !== "broken") {
        failures = 0;
        continue;
      }
      failures = end.gained >= WORTH ? 0 : end.gained > 0 ? Math.min(failures, 1) : failures + 1;
      if (failures >= LEAVE_AFTER && round.active > 1) {
        leave();
        growth.shrink(round.active);
        return;
      }
      await calmDown(round, end.fault, failures, signal);
    }
  } finally {
    leave();
  }
}

/** @throws FaultError when patience is at its end */
async function calmDown(round: Round, why: Fault, failures: number, signal: AbortSignal): Promise<void> {
  const { patience, gate, source } = round;
  if (failures >= patience.attempts) throw fault(why);
  if (why.code === "rateLimited") {
    if (why.retryAfter > patience.longestWait) throw fault(why);
    gate.shut(why.host, why.retryAfter);
    return;
  }
  if (failures === 0) return;
  if (failures % FORGET_AFTER === 0) source.forget();
  if (round.open === 0) round.onWait(why);
  await backOff(round, failures, signal);
}
