import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask, VerbResults } from "../ask.ts";
import type { DeckLink } from "../deck-link.ts";
import { type Reading, createReading } from "../reading.ts";
import { onFirstCheck } from "./first-check.ts";
import { createPastViews } from "./past-views.ts";
import type { Report } from "../report.ts";
import { type Previews, createPreviews } from "./previews.ts";

/** What VS Code must find from the start, as views and the tabs of an earlier window; the rest comes with its first use. */
export interface MaintenanceShell extends Disposable {
  readonly previews: Previews;
  readonly tasks: Reading<VerbResults["tasks.list"]>;
}

export function createMaintenanceShell(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly onError: (error: unknown) => void;
  /** Loads what shows the progress of checks. */
  readonly load: () => Promise<unknown>;
  readonly report: Report;
  readonly signal: AbortSignal;
}): MaintenanceShell {
  const { link, ask, onError, load, report, signal } = deps;
  const scope = createScope();
  const previews = scope.use(createPreviews());
  const tasks = scope.use(createReading({ link, ask, onError }, "tasks.list", ["tasks"], { tasks: [] }));
  scope.use(createPastViews({ link, ask, signal }));
  scope.use(onFirstCheck({ tasks, load, onError: report.error }));
  return { previews, tasks, dispose: () => scope.dispose() };
}
