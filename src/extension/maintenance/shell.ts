import type { OperationName } from "../../core/protocol/maintenance.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask } from "../ask.ts";
import type { CommandId, MaintenanceCommandId } from "../contributions.ts";
import type { DeckLink } from "../deck-link.ts";
import type { Documents } from "../documents.ts";
import { createReading } from "../reading.ts";
import type { Report } from "../report.ts";
import { createChecks } from "./checks.ts";
import { entryHandlers } from "./entry-handlers.ts";
import type { Handlers, Workshop } from "./handlers.ts";
import { operationFlow } from "./operation-flow.ts";
import { createPast } from "./past-commands.ts";
import { pastHandlers, taskHandlers } from "./past-handlers.ts";
import { createPastViews } from "./past-views.ts";
import { planHandlers } from "./plan-handlers.ts";
import { createPlanner } from "./planner.ts";
import { createPreviews } from "./previews.ts";

/** Plans, previews, their past, tasks, and changes to several entries: all of it behind commands. */
export interface MaintenanceShell extends Disposable {
  owns(id: CommandId): id is MaintenanceCommandId;
  readonly handlers: Handlers;
  /** An operation as a person asks it: options, then the preview. @param given options that are known already */
  readonly flow: Workshop["flow"];
}

export function createMaintenanceShell(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly report: Report;
  readonly documents: Documents;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): MaintenanceShell {
  const { link, ask, report, documents, onError, signal } = deps;
  const scope = createScope();
  const previews = scope.use(createPreviews());
  const tasks = scope.use(createReading({ link, ask, onError }, "tasks.list", ["tasks"], { tasks: [] }));
  const planner = createPlanner({ ask, previews, report, tasks, signal });
  const past = createPast(ask, planner, signal);
  scope.use(createPastViews({ link, ask, signal }));
  const flow = (operation: OperationName, given = {}): Promise<void> =>
    operationFlow(operation, given, { ask, planner, signal });
  const fix = (task: string): Promise<void> => flow("fixMissing", { task });
  const checks = scope.use(createChecks({ ask, tasks, previews, report, fix, signal }));
  const workshop = { ask, documents, previews, planner, past, checks, flow, signal };
  const handlers: Handlers = {
    ...planHandlers(workshop),
    ...pastHandlers(workshop),
    ...taskHandlers(workshop),
    ...entryHandlers(workshop),
  };
  return {
    owns: (id): id is MaintenanceCommandId => Object.hasOwn(handlers, id),
    handlers,
    flow,
    dispose: () => scope.dispose(),
  };
}
