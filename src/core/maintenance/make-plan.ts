import type { Finding, KeptBack, Plan } from "../protocol/maintenance.ts";
import type { Run } from "./apply/run.ts";
import { isFinal } from "./inverse.ts";
import { FIRST_STEPS } from "./kept-plans.ts";
import { isDestructive, planStep, totalsOf } from "./plan-lines.ts";

/** As many as a plan tells. */
const FINDINGS = 1000;

/** The plan of a run, as the doors show it. */
export function planOf(
  { steps }: Pick<Run, "steps">,
  told: Pick<Plan, "planId" | "operation" | "options" | "basis" | "command"> & {
    readonly keptBack: readonly KeptBack[];
    readonly findings?: readonly Finding[];
  },
): Plan {
  const totals = totalsOf(steps);
  const { planId, operation, options, basis, command, keptBack, findings = [] } = told;
  return {
    planId,
    operation,
    options,
    basis,
    totals,
    firstSteps: steps.slice(0, FIRST_STEPS).map(planStep),
    keptBack,
    findings: findings.slice(0, FINDINGS),
    undoable: !steps.some(isFinal),
    destructive: isDestructive(totals),
    command,
  };
}
