import type { Applied } from "../protocol/maintenance.ts";
import { createEmitter } from "../util/events.ts";
import { fault, isFault } from "../util/faults.ts";
import { recoverRuns } from "./apply/recover.ts";
import { type Run, applyRun } from "./apply/run.ts";
import { type KeptPlan, createKeptPlans } from "./kept-plans.ts";
import type { Maintenance } from "./maintenance.ts";
import type { MaintenanceParts } from "./parts.ts";
import { createBackup, listBackups } from "./past/backups.ts";
import { listHistory } from "./past/history.ts";
import { pruneAll } from "./past/prune.ts";
import { eraseTrash, listTrash } from "./past/trash.ts";
import { planOperation } from "./plan-operation.ts";
import { planBackward, planRestore } from "./plan-past.ts";

/** Milliseconds. */
const PRUNE_EVERY = 600_000;

/** Whatever changes anything is done one after the other, in the order it was asked for. */
export function createMaintenance(parts: MaintenanceParts): Maintenance {
  const changed = createEmitter<void>((error) => parts.log.error("A listener of the history failed.", error));
  const plans = createKeptPlans(parts.clock);
  const inTurn = createTurns();

  const kept = (plan: KeptPlan): KeptPlan["plan"] => {
    plans.keep(plan);
    return plan.plan;
  };
  const changing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } finally {
      changed.fire();
    }
  };
  let prunedAt = parts.clock.now();
  const prune = async (): Promise<void> => {
    prunedAt = parts.clock.now();
    await pruneAll(parts, new AbortController().signal);
  };
  const runIt = (run: Run, rows: "checked" | "unchecked", signal: AbortSignal): Promise<Applied> =>
    changing(async () => {
      const applied = await applyRun(parts, run, rows, signal);
      if (run.backup || parts.clock.now() - prunedAt > PRUNE_EVERY) await prune();
      return applied;
    });

  return {
    plan: async (operation, options, signal) => kept(await planOperation(parts, operation, options, signal)),
    steps: (planId, cursor) => plans.steps(planId, cursor),
    changes: (planId, cursor, limit) => plans.changes(planId, cursor, limit),
    apply: (planId, confirm, signal) =>
      inTurn(async () => {
        signal.throwIfAborted();
        const { plan, run, check } = plans.get(planId);
        if (plan.destructive && !confirm) throw unconfirmed();
        try {
          await check(signal);
          const applied = await runIt(run, "checked", signal);
          plans.drop(planId);
          return applied;
        } catch (error) {
          // It will never be what it was made from again.
          if (isFault(error, "stale")) plans.drop(planId);
          throw error;
        }
      }),
    perform: ({ operation, title, decision, backup }, signal) =>
      inTurn(() => runIt({ operation, title, steps: decision.steps, backup }, "unchecked", signal)),
    history: (entry) => listHistory(parts, entry),
    planUndo: async (id, signal) => kept(await planBackward(parts, id, "undo", signal)),
    planRedo: async (id, signal) => kept(await planBackward(parts, id, "redo", signal)),
    backups: () => listBackups(parts),
    createBackup: (before, signal) =>
      inTurn(() => {
        signal.throwIfAborted();
        return changing(() => createBackup(parts, before));
      }),
    planRestore: async (id) => kept(await planRestore(parts, id)),
    trash: () => listTrash(parts),
    emptyTrash: (ids, signal) => inTurn(() => changing(() => eraseTrash(parts, ids, signal))),
    recover: () =>
      inTurn(async () => {
        await recoverRuns(parts);
        await prune();
        changed.fire();
      }),
    onChange: changed.event,
  };
}

const unconfirmed = (): Error =>
  fault({
    code: "badArguments",
    verb: "maintenance.apply",
    path: "confirm",
    problem: "the plan takes files or many entries away: say true",
  });

/** One at a time, first come, first served; what fails holds up none. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
