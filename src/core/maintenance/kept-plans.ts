import type { Clock } from "../ports/clock.ts";
import type { Plan, PlanStep, PlanStepPage } from "../protocol/maintenance.ts";
import { fault } from "../util/faults.ts";
import type { Run } from "./apply/run.ts";
import { planStep } from "./plan-lines.ts";

/** A plan that waits for its word. */
export interface KeptPlan {
  readonly plan: Plan;
  readonly run: Run;
  /** @throws FaultError `stale` where what the plan was made from has changed */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

export interface KeptPlans {
  keep(plan: KeptPlan): void;
  /** @throws FaultError `notFound` for one that was applied, never was, or is too old */
  get(id: string): KeptPlan;
  drop(id: string): void;
  steps(id: string, cursor: string | undefined): PlanStepPage;
}

/** So many, for so long: each holds the rows it changes. */
const MOST = 16;
const MINUTES = 30;
const PAGE = 200;
/** How many steps come with the plan itself. */
export const FIRST_STEPS = 100;

export function createKeptPlans(clock: Pick<Clock, "now">): KeptPlans {
  const plans = new Map<string, { readonly kept: KeptPlan; readonly at: number }>();
  const tidy = (): void => {
    for (const [id, { at }] of plans) if (clock.now() - at > MINUTES * 60_000) plans.delete(id);
    // The oldest come first.
    for (const id of [...plans.keys()].slice(0, Math.max(0, plans.size - MOST))) plans.delete(id);
  };
  const get = (id: string): KeptPlan => {
    tidy();
    const found = plans.get(id);
    if (found === undefined) throw fault({ code: "notFound", what: "plan", name: id });
    return found.kept;
  };
  return {
    keep: (kept) => {
      plans.set(kept.plan.planId, { kept, at: clock.now() });
      tidy();
    },
    get,
    drop: (id) => void plans.delete(id),
    steps: (id, cursor = "0") => {
      const { run } = get(id);
      const from = /^\d{1,9}$/.test(cursor) ? Number(cursor) : undefined;
      if (from === undefined) {
        throw fault({ code: "badArguments", verb: "maintenance.steps", path: "cursor", problem: "it is none of ours" });
      }
      const steps: readonly PlanStep[] = run.steps.slice(from, from + PAGE).map(planStep);
      return { steps, ...(from + PAGE < run.steps.length && { cursor: String(from + PAGE) }) };
    },
  };
}
