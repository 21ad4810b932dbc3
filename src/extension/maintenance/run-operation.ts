import { type Applied, type OperationName, type Plan, operations } from "../../core/protocol/maintenance.ts";
import { fault } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

type Arguments = Readonly<Record<string, unknown>>;

/**
 * An operation as a script asks it: its options, planned; with `dryRun: false` applied, which wants `confirm: true` where
 * it takes something away.
 */
export async function runOperation(
  ask: Ask,
  operation: OperationName,
  args: Arguments,
  signal: AbortSignal,
): Promise<Plan | Applied> {
  const { dryRun, confirm, ...options } = args;
  for (const [path, value] of Object.entries({ dryRun, confirm }))
    if (value !== undefined && typeof value !== "boolean")
      throw fault({
        code: "badArguments",
        verb: `maintenance.${operation}`,
        path,
        problem: "Expected true or false",
      });
  const plan = await ask("maintenance.plan", { operation, options }, signal);
  if (dryRun !== false) return plan;
  return ask("maintenance.apply", { planId: plan.planId, ...(confirm === true ? { confirm } : {}) }, signal);
}

export const isOperation = (name: string): name is OperationName => operations.some((known) => known === name);

/** What `history.undo` and its like answer when they are only to plan. */
export function planned(answer: Plan | Applied): Plan {
  if ("planId" in answer) return answer;
  throw new TypeError("a dry run answered with something else than a plan");
}
