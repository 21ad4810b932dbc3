import { millis } from "../util/ids.ts";
import type { Acts } from "./bring-up.ts";
import type { SwitchRequest } from "./controller.ts";
import { type Ready, discard } from "./switch-group.ts";
import type { Turn } from "./turn.ts";

/** Milliseconds from the question on that a warning is waited for, and the reason to refuse. */
const HEARD = { warn: 150, refuse: 1000 };

/**
 * Hears what speaks against the switch while the old one still serves; what comes later is told then.
 * @throws FaultError where it is refused; what was made is gone then
 */
export async function hearMisgiving(
  acts: Acts,
  { misgiving, onUnfit = "warn" }: SwitchRequest,
  { made }: Ready,
  took: number,
  turn: Turn,
  onTurn: () => void,
): Promise<void> {
  if (!misgiving) return;
  const over = new AbortController();
  const hear = async (): Promise<void> => {
    turn.warning = await misgiving;
    if (turn.warning !== undefined) onTurn();
  };
  const told = hear();
  told.catch(() => undefined);
  const given = AbortSignal.any([turn.given, acts.closing, over.signal]);
  const enough = acts.deps.clock.sleep(millis(Math.max(0, HEARD[onUnfit] - took)), given);
  try {
    await Promise.race([told, enough]);
  } catch (error) {
    if (!acts.closing.aborted) await discard(acts, made);
    throw error;
  } finally {
    over.abort();
    enough.catch(() => undefined);
  }
}
