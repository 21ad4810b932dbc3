import type { OperationName } from "../../core/protocol/maintenance.ts";
import type { Ask } from "../ask.ts";
import type { MaintenanceCommandId } from "../contributions/maintenance-commands.ts";
import type { Documents } from "../documents.ts";
import type { Checks } from "./checks.ts";
import type { Past } from "./past-commands.ts";
import type { Planner } from "./planner.ts";
import type { Previews } from "./previews.ts";

/** What a command does when a person asks; the arguments are what a menu handed over. */
type Handler = (args: readonly unknown[]) => Promise<unknown>;
export type Handlers<Id extends MaintenanceCommandId = MaintenanceCommandId> = Readonly<Record<Id, Handler>>;

/** What these commands act on. */
export interface Workshop {
  readonly ask: Ask;
  readonly documents: Documents;
  readonly previews: Previews;
  readonly planner: Planner;
  readonly past: Past;
  readonly checks: Checks;
  /** Options, then the preview. @param given options that are known already */
  readonly flow: (operation: OperationName, given?: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly signal: AbortSignal;
}
