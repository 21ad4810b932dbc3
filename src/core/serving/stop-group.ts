import { toTrouble } from "../present/trouble.ts";
import { type Acts, endRun } from "./bring-up.ts";
import { askedOf } from "./backend.ts";
import type { Group } from "./group.ts";
import { settleOff } from "./settle.ts";
import { takeTurn } from "./turn.ts";

const isIdleRouter = (labels: Readonly<Record<string, string>>): boolean =>
  askedOf(labels).router !== undefined && askedOf(labels).profile === "";

/** Ends whatever switch is under way, then whatever runs. Nothing is put back, now or after a failed switch to come. */
export async function stopGroup(acts: Acts, group: Group, onTurn: () => void, signal: AbortSignal): Promise<void> {
  const turn = await takeTurn(group, "off", "replace", AbortSignal.any([signal, acts.closing]));
  try {
    onTurn();
    group.lastGood = undefined;
    // Written first: a kill in between is then a stop to be carried through.
    await acts.journal.write(group.name, { state: "off" });
    // A router stays up without a model, until it is stopped once more.
    const router = group.run?.asked.router;
    if (group.run) await endRun(acts, group, group.run);
    const { containers, processes, settings } = acts.deps;
    for (const runtime of [containers, processes])
      for (const server of await runtime.list(acts.closing))
        if (askedOf(server.labels).group === group.name && !(router !== undefined && isIdleRouter(server.labels)))
          await server.stop(settings().serving.stopGrace, acts.closing);
    await settleOff(acts, group);
  } catch (error) {
    acts.closing.throwIfAborted();
    const state = group.state();
    // What cannot be stopped now, as its engine is away, is not stopping either.
    if (state.kind === "stopping")
      group.move({ kind: "failed", subject: { ...state.subject, url: undefined }, reason: toTrouble(error) });
    throw error;
  } finally {
    turn.end();
    onTurn();
  }
}
