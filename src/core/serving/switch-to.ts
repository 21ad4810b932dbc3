import type { RuntimeAvailability, SwitchResult } from "../protocol/serving.ts";
import { fault, isCancelled, isFault } from "../util/faults.ts";
import { type Acts, type Parts } from "./bring-up.ts";
import type { SwitchRequest } from "./controller.ts";
import type { Group } from "./group.ts";
import { preflight } from "./preflight.ts";
import type { ServerProfile } from "./profile.ts";
import { switchResult } from "./switch-result.ts";
import { hearMisgiving } from "./hear-misgiving.ts";
import { switchGroup } from "./switch-group.ts";
import { type Turn, takeTurn } from "./turn.ts";

/** A switch in its group's turn, for whoever waits for it or not. @throws FaultError where nothing was touched */
export async function switchTo(
  acts: Acts,
  group: Group,
  profile: ServerProfile,
  request: SwitchRequest,
  onLooked: (found: RuntimeAvailability) => void,
  onTurn: () => void,
  signal: AbortSignal,
): Promise<SwitchResult> {
  const { clock, log } = acts.deps;
  const began = clock.now();
  const parts: Parts = {};
  const took = (): number => clock.now() - began;
  const current = (): SwitchResult => {
    const state = group.state();
    const running = state.kind === "ready" ? { running: state.subject.profile } : {};
    return { outcome: "cancelled", profile: profile.id, ...running, tookMs: Math.round(took()), parts, warnings: [] };
  };

  const patience = deadline(request, profile.name, acts, signal);
  let turn: Turn;
  try {
    turn = await takeTurn(
      group,
      profile.id,
      request.onBusy ?? "fail",
      AbortSignal.any([patience.signal, acts.closing]),
    );
  } catch (error) {
    patience.end();
    acts.closing.throwIfAborted();
    if (isCancelled(error, signal)) return current();
    throw error;
  }
  const giveUp = (): void => turn.cancel("putBack", patience.signal.reason);
  patience.signal.addEventListener("abort", giveUp);
  onTurn();

  const underWay = Promise.withResolvers<SwitchResult>();
  const work = async (): Promise<SwitchResult> => {
    try {
      const ready = await preflight(acts, group, profile, request, onLooked, turn);
      if ("made" in ready) await hearMisgiving(acts, request, ready, took(), turn, onTurn);
      parts.preflight = Math.round(took());
      if (request.wait === false) {
        // From here on it is nobody's to give up but by name.
        patience.release();
        underWay.resolve({ ...current(), outcome: "started", warnings: warningsOf(turn) });
      }
      const end = "end" in ready ? ready.end : await switchGroup(acts, group, ready, turn, parts, onLooked);
      const result = switchResult(profile.id, end, parts, took());
      return { ...result, warnings: [...result.warnings, ...warningsOf(turn)] };
    } catch (error) {
      acts.closing.throwIfAborted();
      // Given up before anything was touched; a fault for its reason is more than that.
      if (isCancelled(error, turn.given) && !isFault(turn.given.reason)) return current();
      throw error;
    } finally {
      patience.end();
      turn.end();
      onTurn();
    }
  };
  const done = work();
  if (request.wait !== false) return done;
  done.catch((error: unknown) => {
    if (!isCancelled(error, acts.closing)) log.error(`the switch to ${profile.id} went wrong`, error);
  });
  return Promise.race([underWay.promise, done]);
}

const warningsOf = ({ warning }: Turn): readonly string[] => (warning === undefined ? [] : [warning]);

/** The caller's patience: its signal, and the time it gives. */
function deadline({ timeout }: SwitchRequest, name: string, { deps }: Acts, signal: AbortSignal) {
  const over = new AbortController();
  const ended = new AbortController();
  const leave = (): void => over.abort(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  if (timeout !== undefined)
    deps.clock.sleep(timeout, ended.signal).then(
      () => over.abort(fault({ code: "timeout", what: name, waited: timeout })),
      () => undefined,
    );
  const release = (): void => signal.removeEventListener("abort", leave);
  return {
    signal: over.signal,
    /** Its signal counts no more. */
    release,
    end: () => {
      release();
      ended.abort();
    },
  };
}
