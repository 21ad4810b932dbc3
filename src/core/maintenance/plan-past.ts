import { fault } from "../util/faults.ts";
import { firstChangedRow } from "./apply/touched.ts";
import { terminalCommand } from "./command.ts";
import type { KeptPlan } from "./kept-plans.ts";
import { planOf } from "./make-plan.ts";
import type { MaintenanceParts } from "./parts.ts";
import { readBackup } from "./past/backups.ts";
import { restoreSteps } from "./past/restore-plan.ts";
import { backward } from "./past/undo-plan.ts";
import { readCollection } from "./survey/read-rows.ts";

/** The plan that takes a piece of history back, or does it again. */
export async function planBackward(
  parts: MaintenanceParts,
  id: string,
  wanted: "undo" | "redo",
  signal: AbortSignal,
): Promise<KeptPlan> {
  const { direction, origin, run: source, steps, check, basis } = await backward(parts, id, wanted, signal);
  const state = direction === "undo" ? ("undone" as const) : ("done" as const);
  const run = {
    operation: direction,
    title: `${parts.titleOf(direction)}: ${origin.title}`,
    steps,
    backup: false,
    source: { run: source, origin: origin.id, state },
  };
  const plan = planOf(run, {
    planId: parts.random.id(),
    operation: direction,
    options: { id: origin.id },
    basis,
    keptBack: [],
    command: terminalCommand(`history.${direction}`, { id: origin.id }),
  });
  return { plan, run, check };
}

/** The plan from the rows there are to those of a backup. Files are left as they are. */
export async function planRestore(parts: MaintenanceParts, id: string): Promise<KeptPlan> {
  const then = await readBackup(parts, id);
  const now = await readCollection(parts.registry);
  const steps = restoreSteps(now, then);
  const basis = sumOf(parts, [id, now]);
  const run = {
    operation: "restoreBackup" as const,
    title: parts.titleOf("restoreBackup"),
    steps,
    backup: true,
  };
  const plan = planOf(run, {
    planId: parts.random.id(),
    operation: "restoreBackup",
    options: { id },
    basis,
    keptBack: [],
    command: terminalCommand("backups.restore", { id }),
  });
  return {
    plan,
    run,
    check: async () => {
      if (sumOf(parts, [id, await readCollection(parts.registry)]) === basis) return;
      throw fault({ code: "stale", what: (await firstChangedRow(parts, steps)) ?? "The collection" });
    },
  };
}

function sumOf({ digest }: Pick<MaintenanceParts, "digest">, content: unknown): string {
  const sum = digest("sha256");
  sum.update(new TextEncoder().encode(JSON.stringify(content)));
  return sum.hex();
}
