import type { KeptBack, Plan } from "../protocol/maintenance.ts";
import type { Run } from "./apply/run.ts";
import { isFinal } from "./inverse.ts";
import { FIRST_STEPS } from "./kept-plans.ts";
import { isDestructive, planStep, totalsOf } from "./plan-lines.ts";

/** The plan of a run, as the doors show it. */
export function planOf(
  { steps }: Pick<Run, "steps">,
  told: Pick<Plan, "planId" | "operation" | "options" | "basis" | "command"> & {
    readonly keptBack: readonly KeptBack[];
  },
): Plan {
  const totals = totalsOf(steps);
  const { planId, operation, options, basis, command, keptBack } = told;
  return {
    planId,
    operation,
    options,
    basis,
    totals,
    firstSteps: steps.slice(0, FIRST_STEPS).map(planStep),
    keptBack,
    undoable: !steps.some(isFinal),
    destructive: isDestructive(totals),
    command,
  };
}
