import { toTrouble } from "../present/trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { SwitchOffer } from "../protocol/serving.ts";
import { fault, isCancelled } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { exitFault } from "./await-ready.ts";
import type { Acts, Up } from "./bring-up.ts";
import { lately, mayRestart } from "./crashes.ts";
import type { Group } from "./group.ts";
import { watchIdle } from "./idle-watch.ts";
import { offersNow } from "./offers-now.ts";
import type { Wanted } from "./prepare.ts";
import type { Run } from "./run.ts";
import type { JournalEntry, Reference } from "./switch-journal.ts";

/** @param why it went back to this, and from what */
export async function settleReady(
  acts: Acts,
  group: Group,
  up: Extract<Up, { kind: "ready" }>,
  wanted: Wanted | undefined,
  why: {
    readonly reason?: Trouble | undefined;
    readonly offers?: readonly SwitchOffer[] | undefined;
    readonly tried?: string | undefined;
  } = {},
): Promise<void> {
  const { run, got, differences } = up;
  group.lastGood = wanted;
  const lastGood = wanted ? referenceTo(wanted) : { profile: run.subject.profile, overrides: {} };
  const at = new Date(acts.deps.clock.wall()).toISOString();
  await record(acts, group, { state: "ready", lastGood, runtime: run.server.kind }, { took: up.took, at });
  group.move({ kind: "ready", subject: run.subject, readBack: got, differences, ...why });
  watchForDeath(acts, group, run);
  watchIdle(acts, group, run, () => acts.unload(group));
}

export async function settleFailed(
  acts: Acts,
  group: Group,
  reason: Trouble,
  offers: readonly SwitchOffer[] = [],
): Promise<void> {
  const state = group.state();
  const subject = state.kind === "off" ? undefined : state.subject;
  group.move({ kind: "failed", subject: subject && { ...subject, url: undefined }, reason, offers });
  await record(acts, group, {
    state: "failed",
    ...(group.lastGood ? { lastGood: referenceTo(group.lastGood) } : {}),
  });
}

export async function settleOff(acts: Acts, group: Group): Promise<void> {
  const state = group.state();
  // What its model was unloaded from stays up.
  const router = state.kind === "stopping" ? state.subject.router : undefined;
  if (state.kind !== "off" || state.router !== router) group.move({ kind: "off", router });
  await record(acts, group, { state: "off" });
}

/** The journal of a deed that was done: that it cannot be written is told, and undoes nothing. */
async function record(
  { journal, deps }: Acts,
  group: Group,
  entry: JournalEntry,
  loaded?: Parameters<typeof journal.write>[2],
): Promise<void> {
  try {
    await journal.write(group.name, entry, loaded);
  } catch (error) {
    deps.log.error(`the state of ${group.name} cannot be recorded`, error);
  }
}

export const referenceTo = ({ profile, overrides }: Wanted): Reference => ({
  profile: profile.id,
  overrides: {
    ...(overrides.context === undefined ? {} : { context: overrides.context }),
    ...(overrides.gpuLayers === undefined ? {} : { gpuLayers: overrides.gpuLayers }),
    ...(overrides.cacheType === undefined ? {} : { cacheType: overrides.cacheType }),
    ...(overrides.args === undefined ? {} : { args: [...overrides.args] }),
  },
});

/** A server that ends while it is ready, or its engine is away, and not by our hand. */
function watchForDeath(acts: Acts, group: Group, run: Run): void {
  const died = async (): Promise<void> => {
    const exit = await run.ended;
    const isAway = (): boolean => group.state().kind === "failed" && group.turn === undefined;
    const isOurs = (): boolean => group.run === run && (group.state().kind === "ready" || isAway());
    if (!isOurs()) return;
    const problem = await exitFault(run, false);
    const wanted = group.lastGood;
    const offers = wanted ? await offersNow(acts, group.name, problem, wanted, run.logTail()) : [];
    if (!isOurs() || acts.closing.aborted) return;
    group.run = undefined;
    const now = acts.deps.clock.now();
    const isCrash = mayRestart(exit, problem, group.ends, now);
    group.ends = [...lately(group.ends, now), now];
    await settleFailed(acts, group, toTrouble(fault(problem)), offers);
    run.close();
    await run.server.stop(millis(0), acts.closing);
    if (isCrash && wanted && !group.turn) await acts.again(group, wanted);
  };
  died().catch((error: unknown) => {
    if (!isCancelled(error, acts.closing)) acts.deps.log.error(`the end of ${run.subject.profile} went wrong`, error);
  });
}
