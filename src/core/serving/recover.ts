import type { RunningServer } from "../ports/runtime.ts";
import { toTrouble } from "../present/trouble.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import { fault, isCancelled, isFault } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { askedOf } from "./backend.ts";
import { availabilityOf } from "./choose-runtime.ts";
import { type Acts, bringUp, endRun, untilReady } from "./bring-up.ts";
import { putEnvBack } from "./compose/env-of-switch.ts";
import type { EngineState } from "./engine-state.ts";
import type { Group } from "./group.ts";
import { type RecoveryPlan, planRecovery } from "./plan-recovery.ts";
import { type Wanted, prepare } from "./prepare.ts";
import type { Run } from "./run.ts";
import { settleFailed, settleOff, settleReady } from "./settle.ts";
import type { JournalEntry, Reference } from "./switch-journal.ts";
import { type Turn, takeTurn } from "./turn.ts";

interface RecoverWith {
  /** A group that has a server, or is about to, is left alone. */
  readonly known: (name: string) => Group | undefined;
  readonly groupOf: (name: string) => Group;
  /** Watched where something of ours runs, or may do so where nothing answers now. */
  readonly engines: Pick<EngineState, "looked" | "watch">;
  readonly onTurn: () => void;
}

/**
 * Brings the truth in after a start: what runs is adopted, and a switch that was cut off is finished or rolled back.
 * Resolves once every group knows what it has; what takes time goes on in the group's turn.
 * Does not reject.
 */
export const recover = (acts: Acts, given: RecoverWith): Promise<void> =>
  recoverAll(acts, given).catch((error: unknown) => {
    if (!isCancelled(error, acts.closing)) acts.deps.log.error("what runs cannot be found out", error);
  });

async function recoverAll(acts: Acts, { known, groupOf, engines, onTurn }: RecoverWith): Promise<void> {
  const { deps, journal, closing } = acts;
  const entries = await journal.read();
  for (const [group, port] of await journal.ports()) acts.ports.keep(group, port);
  const lists = await Promise.all(
    [deps.containers, deps.processes].map(async (runtime) => {
      try {
        return await runtime.list(closing);
      } catch (error) {
        if (!isCancelled(error, closing)) deps.log.warn(`${runtime.kind}: ${toTrouble(error).message}`);
        return [];
      }
    }),
  );
  closing.throwIfAborted();
  const servers = Map.groupBy(lists.flat(), ({ labels }) => askedOf(labels).group);
  let away: Promise<RuntimeAvailability | undefined> | undefined;
  for (const name of new Set([...entries.keys(), ...servers.keys()])) {
    const before = known(name);
    if (before?.run && !before.turn)
      removeOthers(acts, before, before.run, servers.get(name) ?? [], onTurn).catch((error: unknown) => {
        if (!isCancelled(error, closing)) deps.log.error(`${name} has others beside it`, error);
      });
    if (before?.run || before?.turn) continue;
    const entry = entries.get(name);
    const plan = planRecovery(entry, servers.get(name) ?? []);
    const missing = plan.adopt ? undefined : missingOf(entry);
    const found = missing || (plan.interrupted && !plan.adopt) ? await (away ??= engineAway(acts)) : undefined;
    if (found) engines.looked(found);
    if (found) engines.watch(found.kind);
    // What was cut off may run there for all anybody knows: it is finished or rolled back, with its `.env`, once it is back.
    if (missing && entry?.state === "switching" && found?.available === false) {
      sayAway(groupOf(name), missing, found);
      continue;
    }
    if (!plan.adopt && plan.remove.length === 0 && !plan.interrupted && !plan.env) {
      if (missing && found?.available === false) sayAway(groupOf(name), missing, found);
      else if (plan.leave) leaveUp(acts, groupOf(name), plan.leave);
      else if (before?.state().kind === "failed") before.move({ kind: "off" });
      continue;
    }
    const group = groupOf(name);
    const turn = await takeTurn(group, plan.adopt ? askedOf(plan.adopt.labels).profile : name, "queue", closing);
    if (plan.adopt) {
      acts.ports.keep(name, plan.adopt.port);
      group.attach(plan.adopt, "tail");
      engines.watch(plan.adopt.kind);
    }
    void carryOut(acts, group, plan, turn, (found) => engines.looked(found))
      .catch((error: unknown) => {
        if (!isCancelled(error, closing)) deps.log.error(`${name} cannot be recovered`, error);
      })
      .finally(() => {
        turn.end();
        onTurn();
      });
  }
}

/** Told as a router without a model is: the next stop ends it. */
function leaveUp({ ports }: Acts, group: Group, { labels, port }: RunningServer): void {
  ports.keep(group.name, port);
  group.move({ kind: "off", router: askedOf(labels).router });
}

/** What a container of ours has, or was to have; undefined where there is none. */
function missingOf(entry: JournalEntry | undefined): Reference | undefined {
  if (entry?.state === "ready" && entry.runtime === "container") return entry.lastGood;
  return entry?.state === "switching" && entry.runtime === "container" ? entry.to : undefined;
}

/** undefined where the engine answers. */
async function engineAway({ deps, closing }: Acts): Promise<RuntimeAvailability | undefined> {
  // Which image is of no matter: only whether anything answers.
  const probe = await deps.containers.probe("none", closing);
  return !probe.available && probe.fault.code === "engineUnreachable"
    ? availabilityOf(deps.containers.kind, probe)
    : undefined;
}

const sayAway = (
  group: Group,
  { profile }: Reference,
  { kind, reason }: Extract<RuntimeAvailability, { available: false }>,
): void => group.move({ kind: "failed", subject: { profile, title: profile, runtime: kind }, reason });

async function carryOut(
  acts: Acts,
  group: Group,
  plan: RecoveryPlan,
  turn: Turn,
  onLooked: (found: RuntimeAvailability) => void,
): Promise<void> {
  const { deps, closing } = acts;
  const signal = AbortSignal.any([turn.given, closing]);
  const lastGood = plan.lastGood && (await wantedOf(acts, plan.lastGood));
  const left = AbortSignal.any([turn.left, closing]);
  const goBack = async (error: unknown): Promise<void> => {
    if (!lastGood) return settleFailed(acts, group, toTrouble(error));
    group.lastGood = lastGood;
    try {
      const prepared = await prepare(deps, acts.ports, lastGood, onLooked, left);
      const up = await bringUp(acts, group, prepared, undefined, {}, left);
      if (up.kind === "ready") return await settleReady(acts, group, up, lastGood, { reason: toTrouble(error) });
      await settleFailed(acts, group, toTrouble(up.error));
    } catch (second) {
      left.throwIfAborted();
      await settleFailed(acts, group, toTrouble(second));
    }
  };

  await removeAll(acts, plan.remove);
  const { run } = group;
  if (plan.interrupted !== "finish") await putEnvBack(deps, plan.env);
  if (!run) {
    if (plan.interrupted === "goBack") await goBack(fault({ code: "ownerGone" }));
    else await settleOff(acts, group);
    if (plan.leave) leaveUp(acts, group, plan.leave);
    return;
  }
  try {
    const began = deps.clock.now();
    const up = await untilReady(acts, group, run, began, {}, signal);
    const wanted = plan.adopted && (await wantedOf(acts, plan.adopted));
    const reason = plan.interrupted === "undone" ? toTrouble(fault({ code: "ownerGone" })) : undefined;
    await settleReady(acts, group, up, wanted, { reason });
  } catch (error) {
    closing.throwIfAborted();
    await putEnvBack(deps, plan.env);
    // Whoever takes the place takes it over as it is.
    if (turn.left.aborted) return;
    await endRun(acts, group, run);
    if (plan.interrupted === "finish") await goBack(turn.given.aborted ? fault({ code: "ownerGone" }) : error);
    else if (plan.interrupted === "undone" && !turn.given.aborted)
      await goBack(mayBeAsked(error) ? fault({ code: "ownerGone" }) : error);
    else if (turn.given.aborted) await settleOff(acts, group);
    else await settleFailed(acts, group, toTrouble(error));
  }
}

/** Codes of one that a stop ended, by itself or by a signal; null: of one that is no child of ours none is known. */
const STOPPED: ReadonlySet<number | null> = new Set([0, null, 137, 143]);

/** Whether it ended as one that had been asked to by whoever is gone, and did so only now. */
const mayBeAsked = (error: unknown): boolean =>
  isFault(error, "serverExited") && error.fault.crash === undefined && STOPPED.has(error.fault.exitCode);

/** What ran where nothing answered, and whose place was taken in the other world meanwhile: of a group one server runs. */
async function removeOthers(
  acts: Acts,
  group: Group,
  run: Run,
  servers: readonly RunningServer[],
  onTurn: () => void,
): Promise<void> {
  const others = servers.filter(({ kind }) => kind !== run.server.kind);
  if (others.length === 0) return;
  const turn = await takeTurn(group, run.asked.profile, "queue", acts.closing);
  try {
    onTurn();
    await removeAll(acts, others);
  } finally {
    turn.end();
    onTurn();
  }
}

async function removeAll({ deps, closing }: Acts, servers: readonly RunningServer[]): Promise<void> {
  for (const server of servers) {
    try {
      await server.stop(server.running ? deps.settings().serving.stopGrace : millis(0), closing);
    } catch (error) {
      closing.throwIfAborted();
      deps.log.warn(`${askedOf(server.labels).profile} cannot be taken away: ${toTrouble(error).message}`);
    }
  }
}

/** undefined where the profile is there no more: then there is nothing to go back to. */
async function wantedOf({ deps, closing }: Acts, { profile, overrides }: Reference): Promise<Wanted | undefined> {
  try {
    return { profile: await deps.profiles.find(profile, closing), overrides };
  } catch (error) {
    closing.throwIfAborted();
    deps.log.warn(toTrouble(error).message);
    return undefined;
  }
}
