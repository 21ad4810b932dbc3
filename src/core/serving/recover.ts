import type { RunningServer } from "../ports/runtime.ts";
import { toTrouble } from "../present/trouble.ts";
import type { RuntimeAvailability } from "../protocol/serving.ts";
import { fault, isCancelled } from "../util/faults.ts";
import { millis } from "../util/ids.ts";
import { askedOf } from "./backend.ts";
import { type Acts, bringUp, endRun, untilReady } from "./bring-up.ts";
import { putEnvBack } from "./compose/env-of-switch.ts";
import type { Group } from "./group.ts";
import { type RecoveryPlan, planRecovery } from "./plan-recovery.ts";
import { type Wanted, prepare } from "./prepare.ts";
import { settleFailed, settleOff, settleReady } from "./settle.ts";
import type { Reference } from "./switch-journal.ts";
import { type Turn, takeTurn } from "./turn.ts";

/**
 * Brings the truth in after a start: what runs is adopted, and a switch that was cut off is finished or rolled back.
 * Resolves once every group knows what it has; what takes time goes on in the group's turn.
 */
export async function recover(
  acts: Acts,
  groupOf: (name: string) => Group,
  onLooked: (found: RuntimeAvailability) => void,
  onTurn: () => void,
): Promise<void> {
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
  for (const name of new Set([...entries.keys(), ...servers.keys()])) {
    const plan = planRecovery(entries.get(name), servers.get(name) ?? []);
    if (!plan.adopt && plan.remove.length === 0 && !plan.interrupted && !plan.env) continue;
    const group = groupOf(name);
    const turn = await takeTurn(group, plan.adopt ? askedOf(plan.adopt.labels).profile : name, "queue", closing);
    if (plan.adopt) {
      acts.ports.keep(name, plan.adopt.port);
      group.attach(plan.adopt, "tail");
    }
    void carryOut(acts, group, plan, turn, onLooked)
      .catch((error: unknown) => {
        if (!isCancelled(error, closing)) deps.log.error(`${name} cannot be recovered`, error);
      })
      .finally(() => {
        turn.end();
        onTurn();
      });
  }
}

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
    else if (turn.given.aborted) await settleOff(acts, group);
    else await settleFailed(acts, group, toTrouble(error));
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
