import type { Clock } from "../ports/clock.ts";
import type { Plan, PlanChange, PlanChangePage, PlanStep, PlanStepPage } from "../protocol/maintenance.ts";
import { fault } from "../util/faults.ts";
import type { Run } from "./apply/run.ts";
import { createBreath } from "./breath.ts";
import { type Change, changesOf, planChange } from "./plan-changes.ts";
import { planStep } from "./plan-lines.ts";
import { each, steadily } from "./slices.ts";

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
  changes(id: string, cursor: string | undefined, limit: number): Promise<PlanChangePage>;
}

/** So many, for so long: each holds the rows it changes. */
const MOST = 16;
const MINUTES = 30;
const PAGE = 200;
/** How many steps come with the plan itself. */
export const FIRST_STEPS = 100;

export function createKeptPlans(clock: Pick<Clock, "now" | "sleep">): KeptPlans {
  const plans = new Map<string, { readonly kept: KeptPlan; readonly at: number }>();
  /** Put together when they are first asked for. */
  const changes = new WeakMap<Run, Promise<readonly Change[]>>();
  const changesIn = (run: Run): Promise<readonly Change[]> => {
    const known = changes.get(run) ?? steadily(changesOf(run.steps), createBreath(clock));
    changes.set(run, known);
    return known;
  };
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
    steps: (id, cursor) => {
      const { run } = get(id);
      const from = placeIn("maintenance.steps", cursor);
      const steps: readonly PlanStep[] = run.steps.slice(from, from + PAGE).map(planStep);
      return { steps, ...nextOf(from + PAGE, run.steps.length) };
    },
    changes: async (id, cursor, limit) => {
      const { run } = get(id);
      const from = placeIn("maintenance.changes", cursor);
      const all = await changesIn(run);
      const page: PlanChange[] = [];
      const told = each(all.slice(from, from + limit), (change) => void page.push(planChange(change)));
      await steadily(told, createBreath(clock));
      return { changes: page, total: all.length, ...nextOf(from + limit, all.length) };
    },
  };
}

function placeIn(verb: string, cursor = "0"): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw fault({ code: "badArguments", verb, path: "cursor", problem: "it is none of ours" });
}

const nextOf = (next: number, count: number): { readonly cursor?: string } =>
  next < count ? { cursor: String(next) } : {};
