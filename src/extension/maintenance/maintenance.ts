import type { OperationName } from "../../core/protocol/maintenance.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask } from "../ask.ts";
import type { Documents } from "../documents.ts";
import type { Report } from "../report.ts";
import { createChecks } from "./checks.ts";
import { entryHandlers } from "./entry-handlers.ts";
import type { Handlers, Workshop } from "./handlers.ts";
import { operationFlow } from "./operation-flow.ts";
import { createPast } from "./past-commands.ts";
import { pastHandlers, taskHandlers } from "./past-handlers.ts";
import { planHandlers } from "./plan-handlers.ts";
import { createPlanner } from "./planner.ts";
import type { MaintenanceShell } from "./shell.ts";

/** Plans, their past, tasks, and changes to several entries: all of it behind commands. */
export interface Maintenance extends Disposable {
  readonly handlers: Handlers;
  /** An operation as a person asks it: options, then the preview. @param given options that are known already */
  readonly flow: Workshop["flow"];
}

export function createMaintenance(deps: {
  readonly ask: Ask;
  readonly report: Report;
  readonly documents: Documents;
  readonly maintenance: Pick<MaintenanceShell, "previews" | "tasks">;
  readonly signal: AbortSignal;
}): Maintenance {
  const { ask, report, documents, signal } = deps;
  const { previews, tasks } = deps.maintenance;
  const scope = createScope();
  const planner = createPlanner({ ask, previews, report, tasks, signal });
  const past = createPast(ask, planner, signal);
  const flow = (operation: OperationName, given = {}): Promise<void> =>
    operationFlow(operation, given, { ask, planner, signal });
  const fix = (task: string): Promise<void> => flow("fixMissing", { task });
  const checks = scope.use(createChecks({ ask, tasks, previews, report, fix, signal }));
  const workshop = { ask, documents, previews, planner, past, checks, flow, signal };
  return {
    handlers: {
      ...planHandlers(workshop),
      ...pastHandlers(workshop),
      ...taskHandlers(workshop),
      ...entryHandlers(workshop),
    },
    flow,
    dispose: () => scope.dispose(),
  };
}
