import type {
  Applied,
  BackupRow,
  HistoryRow,
  Plan,
  PlanChangePage,
  PlanStepPage,
  TrashRow,
} from "../protocol/maintenance.ts";
import type { Event } from "../util/events.ts";
import type { Decision } from "./plan.ts";

/** Everything that changes the collection on a person's word goes through here: seen first, done whole, undone later. */
export interface Maintenance {
  /** Looks, decides, keeps the plan. Changes nothing. @throws FaultError `notFound` operation, `badArguments` options */
  plan(operation: string, options: unknown, signal: AbortSignal): Promise<Plan>;
  steps(planId: string, cursor: string | undefined): PlanStepPage;
  /** The same as a person counts it: an entry is one, with all that belongs to it. @param limit of one page */
  changes(planId: string, cursor: string | undefined, limit: number): Promise<PlanChangePage>;
  /**
   * @throws FaultError `notFound` for a plan that was applied or never was, `stale` where what it was made from has changed,
   * `badArguments` where it is destructive and not confirmed; nothing is changed then. A step that fails rolls the earlier
   * ones back, and its fault is thrown.
   */
  apply(planId: string, confirm: boolean, signal: AbortSignal): Promise<Applied>;
  /** A decision made elsewhere (an edit, an import), applied at once by the same way and kept in the history. */
  perform(deed: PerformedDeed, signal: AbortSignal): Promise<Applied>;
  /** Newest first. @param entry only what touched it */
  history(entry: string | undefined): Promise<readonly HistoryRow[]>;
  /** The plan that takes it back; apply it like any other. */
  planUndo(historyId: string, signal: AbortSignal): Promise<Plan>;
  planRedo(historyId: string, signal: AbortSignal): Promise<Plan>;
  /** Newest first. */
  backups(): Promise<readonly BackupRow[]>;
  createBackup(before: string | undefined, signal: AbortSignal): Promise<BackupRow>;
  planRestore(backupId: string, signal: AbortSignal): Promise<Plan>;
  trash(): Promise<readonly TrashRow[]>;
  /** Freed bytes. @param ids all where left out */
  emptyTrash(ids: readonly string[] | undefined, signal: AbortSignal): Promise<number>;
  /** Finishes or rolls back what a death cut off. Once, at the start; whatever changes anything waits for it. */
  recover(): Promise<void>;
  /** History, backups or trash changed. */
  readonly onChange: Event<void>;
}

export interface PerformedDeed {
  readonly operation: "edit" | "promote" | "import";
  /** Words for people, as `Edit Llama 3.1 8B`. */
  readonly title: string;
  readonly decision: Decision;
  readonly backup: boolean;
}
