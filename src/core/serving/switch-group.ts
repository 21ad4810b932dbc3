import type { RunningServer } from "../ports/runtime.ts";
import { type SwitchNotice } from "../present/switch-words.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { RuntimeAvailability, SwitchResult } from "../protocol/serving.ts";
import { isFault } from "../util/faults.ts";
import { type Acts, type Parts, type Up, bringUp, endRun } from "./bring-up.ts";
import type { Group } from "./group.ts";
import { type Prepared, type Wanted, prepare } from "./prepare.ts";
import { referenceTo, settleFailed, settleOff, settleReady } from "./settle.ts";
import type { Turn } from "./turn.ts";

/** How a switch ended, before words are made of it. */
export interface SwitchEnd {
  readonly outcome: SwitchResult["outcome"];
  readonly ready?: Extract<Up, { kind: "ready" }> | undefined;
  readonly notices: readonly SwitchNotice[];
  readonly reason?: Trouble | undefined;
  readonly logTail?: readonly string[] | undefined;
}

/** What goes wrong on the way, with the log of the server that did not come up. */
interface Failure {
  readonly error: unknown;
  readonly logTail: readonly string[];
}

/**
 * Stops what runs, starts what is wanted, and goes back to the last good profile where that fails or is given up.
 * @param strays servers of the group that nobody watches; they go too
 */
export async function switchGroup(
  acts: Acts,
  group: Group,
  prepared: Prepared,
  strays: readonly RunningServer[],
  turn: Turn,
  parts: Parts,
  onLooked: (found: RuntimeAvailability) => void,
): Promise<SwitchEnd> {
  const { clock, settings } = acts.deps;
  const previous = group.lastGood;
  const given = AbortSignal.any([turn.given, acts.closing]);
  const lastGood = previous ? { lastGood: referenceTo(previous) } : {};
  await acts.journal.write(group.name, { state: "switching", to: referenceTo(prepared), ...lastGood });

  let failure: Failure | "given up";
  try {
    const began = clock.now();
    // A stop that has begun is carried through: there is no half of it.
    if (group.run) {
      await endRun(acts, group, group.run);
      parts.stop = Math.round(clock.now() - began);
    }
    for (const stray of strays) await stray.stop(settings().serving.stopGrace, acts.closing);
    given.throwIfAborted();
    const up = await bringUp(acts, group, prepared, parts, given);
    if (up.kind === "ready") {
      await settleReady(acts, group, up, prepared);
      return { outcome: "ready", ready: up, notices: [...prepared.notices, ...noticesOf(up)] };
    }
    failure = up;
  } catch (error) {
    acts.closing.throwIfAborted();
    if (!turn.given.aborted) failure = { error, logTail: [] };
    else failure = isFault(turn.given.reason) ? { error: turn.given.reason, logTail: [] } : "given up";
  }
  return goBack(acts, group, previous, failure, turn, parts, onLooked);
}

/** To the last good profile where there is one and nobody else wants the place. */
async function goBack(
  acts: Acts,
  group: Group,
  previous: Wanted | undefined,
  failure: Failure | "given up",
  turn: Turn,
  parts: Parts,
  onLooked: (found: RuntimeAvailability) => void,
): Promise<SwitchEnd> {
  const { clock } = acts.deps;
  const told = failure === "given up" ? undefined : { reason: toTrouble(failure.error), logTail: failure.logTail };
  const ends = (outcome: SwitchEnd["outcome"], rest: Partial<SwitchEnd> = {}): SwitchEnd => ({
    outcome,
    notices: [],
    ...told,
    ...rest,
  });
  if (turn.left.aborted || (!previous && !told)) {
    if (group.run === undefined) await settleOff(acts, group);
    return ends("cancelled");
  }
  if (!previous) {
    if (told) await settleFailed(acts, group, told.reason);
    return ends("failed");
  }

  const began = clock.now();
  let up: Up;
  try {
    const left = AbortSignal.any([turn.left, acts.closing]);
    up = await bringUp(acts, group, await prepare(acts.deps, previous, onLooked, left), {}, left);
  } catch (error) {
    acts.closing.throwIfAborted();
    if (turn.left.aborted) {
      await settleOff(acts, group);
      return ends("cancelled");
    }
    up = { kind: "failed", error, logTail: [] };
  }
  parts.rollback = Math.round(clock.now() - began);
  if (up.kind === "ready") {
    await settleReady(acts, group, up, previous, told?.reason);
    return ends(told ? "rolledBack" : "cancelled", { ready: up, notices: noticesOf(up) });
  }
  const second = toTrouble(up.error);
  const reason = told?.reason ?? second;
  await settleFailed(acts, group, reason);
  const notice = { kind: "rollbackFailed", profile: previous.profile.name, message: second.message } as const;
  return ends("failed", { reason, logTail: told?.logTail ?? up.logTail, notices: [notice] });
}

const noticesOf = ({ got, differences }: Extract<Up, { kind: "ready" }>): readonly SwitchNotice[] => [
  ...(got ? [] : [{ kind: "notToldBack" } as const]),
  ...differences.map((difference) => ({ kind: "difference", difference }) as const),
];
