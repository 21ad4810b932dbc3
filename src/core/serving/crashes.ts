import type { ServerExit } from "../ports/runtime.ts";
import type { Fault } from "../util/faults.ts";

const WITHIN = 2 * 60_000;
const MOST = 3;

/**
 * Whether a server that was ready and ended by itself is started again: after a crash, and not after the third one in
 * two minutes. What a person or the system ended (a signal), or what does not fit, stays as it is.
 * @param before when it ended before, this time not among them; milliseconds
 */
export function mayRestart(exit: ServerExit, problem: Fault, before: readonly number[], now: number): boolean {
  if (exit.oomKilled === true || problem.code !== "serverExited") return false;
  const { code } = exit;
  // 129, 130, 137 and 143: hang-up, interrupt, kill, terminate; 0 is an end that was asked for.
  if (code === null || [0, 129, 130, 137, 143].includes(code)) return false;
  return lately(before, now).length + 1 < MOST;
}

/** Those that count. */
export const lately = (ends: readonly number[], now: number): readonly number[] =>
  ends.filter((at) => now - at < WITHIN);
