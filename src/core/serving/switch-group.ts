import type { CreatedServer, RunningServer } from "../ports/runtime.ts";
import { type SwitchNotice } from "../present/switch-words.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { RuntimeAvailability, SwitchOffer, SwitchResult } from "../protocol/serving.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { type Acts, type Parts, type Up, bringUp, endRun } from "./bring-up.ts";
import { putEnvBack, writeEnv } from "./compose/env-of-switch.ts";
import type { EnvFileBefore } from "./compose/env-block.ts";
import type { Group } from "./group.ts";
import { type MemoryBefore, memoryBack } from "./memory-back.ts";
import { offersNow } from "./offers-now.ts";
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
  readonly offers?: readonly SwitchOffer[] | undefined;
}

/** All is known that can be known before the old one stops. */
export interface Ready {
  readonly prepared: Prepared;
  /** Made and not started: while the old one serves, nothing is lost where that fails. */
  readonly made: CreatedServer;
  /** Servers of the group that nobody watches; they go too. */
  readonly strays: readonly RunningServer[];
  readonly before: MemoryBefore | undefined;
}

/** What goes wrong on the way, with the log of the server that did not come up. */
interface Failure {
  readonly error: unknown;
  readonly logTail: readonly string[];
}

/**
 * Stops what runs, starts what is wanted, and goes back to the last good profile where that fails or is given up.
 */
export async function switchGroup(
  acts: Acts,
  group: Group,
  { prepared, made, strays, before }: Ready,
  turn: Turn,
  parts: Parts,
  onLooked: (found: RuntimeAvailability) => void,
): Promise<SwitchEnd> {
  const { clock, settings } = acts.deps;
  const previous = group.lastGood;
  const given = AbortSignal.any([turn.given, acts.closing]);
  const lastGood = previous ? { lastGood: referenceTo(previous) } : {};
  const kinds = [prepared.runtime.kind, group.run?.server.kind];
  const runtime = kinds.includes("container") ? "container" : "process";
  const underWay = { state: "switching", to: referenceTo(prepared), ...lastGood, runtime } as const;
  try {
    await acts.journal.write(group.name, underWay);
  } catch (error) {
    if (!acts.closing.aborted) await discard(acts, made);
    throw error;
  }
  let failure: Failure | "given up";
  let isStarting = false;
  let env: EnvFileBefore | undefined;
  const notices = [...prepared.notices];
  try {
    const began = clock.now();
    // A stop that has begun is carried through: there is no half of it.
    if (group.run) {
      await endRun(acts, group, group.run);
      parts.stop = Math.round(clock.now() - began);
    }
    for (const stray of strays) await stray.stop(settings().serving.stopGrace, acts.closing);
    given.throwIfAborted();
    notices.push(...(await freed(acts, before, parts, given)));
    env = await writeEnv(acts.deps, prepared.profile, (before) =>
      acts.journal.write(group.name, { ...underWay, env: before }),
    );
    isStarting = true;
    const up = await bringUp(acts, group, prepared, made, parts, given);
    if (up.kind === "ready") {
      await settleReady(acts, group, up, prepared);
      return { outcome: "ready", ready: up, notices: [...notices, ...noticesOf(up)] };
    }
    failure = up;
  } catch (error) {
    if (!isStarting && !acts.closing.aborted) await discard(acts, made);
    acts.closing.throwIfAborted();
    // Superseded: whoever owns now goes back, or has.
    if (isFault(error, "ownerGone")) throw error;
    if (!turn.given.aborted) failure = { error, logTail: [] };
    else failure = isFault(turn.given.reason) ? { error: turn.given.reason, logTail: [] } : "given up";
  }
  await putEnvBack(acts.deps, env);
  const offers =
    failure === "given up" || !isFault(failure.error)
      ? []
      : await offersNow(acts, group.name, failure.error.fault, prepared, failure.logTail);
  return { offers, ...(await goBack(acts, group, previous, failure, offers, turn, parts, onLooked)) };
}

/** Waits for GPU memory to come back. */
async function freed(
  { deps }: Acts,
  before: MemoryBefore | undefined,
  parts: Parts,
  signal: AbortSignal,
): Promise<readonly SwitchNotice[]> {
  if (!before || !deps.gpu) return [];
  const began = deps.clock.now();
  const holders = await memoryBack(before, deps.gpu, deps.clock, signal);
  parts.memory = Math.round(deps.clock.now() - began);
  return holders ? [{ kind: "memoryHeld", holders }] : [];
}

export async function discard({ deps }: Acts, made: CreatedServer): Promise<void> {
  await made.remove().catch((error: unknown) => deps.log.warn(`what was made cannot be removed: ${reasonOf(error)}`));
}

/** To the last good profile where there is one and nobody else wants the place. */
async function goBack(
  acts: Acts,
  group: Group,
  previous: Wanted | undefined,
  failure: Failure | "given up",
  offers: readonly SwitchOffer[],
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
    if (told) await settleFailed(acts, group, told.reason, offers);
    return ends("failed");
  }

  const began = clock.now();
  let up: Up;
  try {
    const left = AbortSignal.any([turn.left, acts.closing]);
    // It was not stopped yet, or would not be: there is nothing to go back to.
    if (group.run) await endRun(acts, group, group.run);
    const prepared = await prepare(acts.deps, acts.ports, previous, onLooked, left);
    up = await bringUp(acts, group, prepared, undefined, {}, left);
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
    await settleReady(acts, group, up, previous, { ...(told && { reason: told.reason, tried: turn.to }), offers });
    return ends(told ? "rolledBack" : "cancelled", { ready: up, notices: noticesOf(up) });
  }
  const second = toTrouble(up.error);
  const reason = told?.reason ?? second;
  await settleFailed(acts, group, reason, offers);
  const notice = { kind: "rollbackFailed", profile: previous.profile.name, message: second.message } as const;
  return ends("failed", { reason, logTail: told?.logTail ?? up.logTail, notices: [notice] });
}

const noticesOf = ({ got, differences }: Extract<Up, { kind: "ready" }>): readonly SwitchNotice[] => [
  ...(got ? [] : [{ kind: "notToldBack" } as const]),
  ...differences.map((difference) => ({ kind: "difference", difference }) as const),
];
