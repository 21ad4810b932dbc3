import type { AccountCheck } from "../core/protocol/accounts.ts";
import type { Download, DownloadPreview, QueueStatus } from "../core/protocol/downloads.ts";
import type { EffectiveSetting, ExportCounts, ImportCounts, RoleAnswer } from "../core/protocol/editing.ts";
import type { HubAnalysis, HubHits } from "../core/protocol/hub.ts";
import type { LibraryFetched, LibraryLists } from "../core/protocol/lists.ts";
import type {
  Applied,
  BackupRow,
  HistoryRow,
  Plan,
  PlanChangePage,
  PlanStepPage,
  TrashRow,
} from "../core/protocol/maintenance.ts";
import type { Fit } from "../core/protocol/fit.ts";
import type { LockfileOutcome, MetadataFound, UpdateReport } from "../core/protocol/metadata.ts";
import type { Characteristic, EntryDetails, EntryGroups, EntryPage, ModelStats } from "../core/protocol/models.ts";
import type {
  BenchmarkStarted,
  CommandLine,
  ProfileDetails,
  ProfileDiff,
  ProfileImport,
  ProfileList,
  ProfileValidation,
} from "../core/protocol/profiles.ts";
import type { BackendStatus, ServerLogs, ServingStatus, SwitchResult } from "../core/protocol/serving.ts";
import type { GpuStatus, SystemStatus } from "../core/protocol/system.ts";
import type { Task } from "../core/protocol/tasks.ts";

/** What each verb answers. */
export interface VerbResults {
  readonly "models.list": EntryPage;
  readonly "models.groups": EntryGroups;
  readonly "models.show": EntryDetails;
  readonly "models.stats": ModelStats;
  /** Per device; empty where too little is known. */
  readonly "models.fit": { readonly fit: readonly Fit[] };
  /** What the running server told. */
  readonly "models.probe": { readonly characteristics: readonly Characteristic[] };
  readonly "models.updates": { readonly updates: readonly UpdateReport[] };
  readonly "metadata.fetch": { readonly found: readonly MetadataFound[] };
  readonly "metadata.remove": { readonly found: readonly MetadataFound[] };
  readonly "metadata.preview": EntryDetails;
  readonly "metadata.card": { readonly card: { readonly markdown: string; readonly from: string } | null };
  readonly "lockfile.export": LockfileOutcome;
  readonly "lockfile.import": LockfileOutcome;
  readonly "hub.analyze": HubAnalysis;
  readonly "hub.search": HubHits;
  readonly "accounts.status": { readonly accounts: Readonly<Record<string, boolean>> };
  readonly "accounts.check": AccountCheck;
  readonly "library.lists": LibraryLists;
  readonly "library.fetch": LibraryFetched;
  readonly "downloads.add": { readonly ids: readonly string[] };
  readonly "downloads.preview": DownloadPreview;
  /** `queue` is missing until the first answer. */
  readonly "downloads.list": {
    readonly downloads: readonly Download[];
    readonly queue?: QueueStatus;
    readonly told?: number;
  };
  readonly "downloads.status": QueueStatus;
  readonly "downloads.limit": { readonly bytesPerSecond: number | null };
  readonly "downloads.pause": { readonly ids: readonly string[] };
  readonly "downloads.resume": { readonly ids: readonly string[] };
  readonly "downloads.cancel": { readonly ids: readonly string[] };
  readonly "downloads.retry": { readonly ids: readonly string[] };
  readonly "downloads.remove": { readonly ids: readonly string[] };
  readonly "profiles.list": ProfileList;
  readonly "profiles.show": ProfileDetails;
  readonly "profiles.command": CommandLine;
  readonly "profiles.save": ProfileDetails;
  readonly "profiles.clone": ProfileDetails;
  readonly "profiles.diff": ProfileDiff;
  readonly "profiles.validate": ProfileValidation;
  readonly "profiles.import": ProfileImport;
  readonly "profiles.benchmark": BenchmarkStarted;
  readonly "serving.switch": SwitchResult;
  readonly "serving.stop": ServingStatus;
  readonly "serving.restart": SwitchResult;
  readonly "serving.cancel": ServingStatus;
  readonly "serving.unloadAll": ServingStatus;
  readonly "serving.status": ServingStatus;
  readonly "serving.logs": ServerLogs;
  readonly "backends.list": { readonly backends: readonly BackendStatus[] };
  readonly "backends.start": SwitchResult;
  readonly "backends.stop": ServingStatus;
  readonly "images.pull": { readonly id: string };
  readonly "system.status": SystemStatus;
  readonly "gpu.status": GpuStatus;
  readonly "models.edit": EntryDetails;
  readonly "models.promote": EntryDetails;
  readonly "models.import": ImportCounts;
  readonly "models.export": ExportCounts;
  readonly "roles.resolve": RoleAnswer;
  readonly "config.show": { readonly settings: readonly EffectiveSetting[] };
  readonly "maintenance.plan": Plan;
  readonly "maintenance.steps": PlanStepPage;
  readonly "maintenance.changes": PlanChangePage;
  readonly "maintenance.apply": Applied;
  readonly "maintenance.verify": { readonly id: string };
  readonly "history.list": { readonly history: readonly HistoryRow[] };
  /** The plan with `dryRun`, else what was done. */
  readonly "history.undo": Plan | Applied;
  readonly "history.redo": Plan | Applied;
  readonly "backups.list": { readonly backups: readonly BackupRow[] };
  readonly "backups.create": BackupRow;
  readonly "backups.restore": Plan | Applied;
  readonly "trash.list": { readonly trash: readonly TrashRow[] };
  readonly "trash.empty": { readonly freedBytes: number };
  readonly "tasks.list": { readonly tasks: readonly Task[] };
  readonly "tasks.pause": { readonly ids: readonly string[] };
  readonly "tasks.resume": { readonly ids: readonly string[] };
  readonly "tasks.cancel": { readonly ids: readonly string[] };
  readonly "tasks.retry": { readonly ids: readonly string[] };
  readonly "tasks.remove": { readonly ids: readonly string[] };
  readonly "tasks.move": { readonly tasks: readonly Task[] };
  readonly "tasks.clear": { readonly cleared: number };
}

export type VerbName = keyof VerbResults;

/** Runs a verb and hands its answer out as what it is. Rejects as `Deck.run` does. */
export type Ask = <Name extends VerbName>(
  verb: Name,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<VerbResults[Name]>;

export const createAsk =
  (run: (verb: string, args: unknown, signal: AbortSignal) => Promise<unknown>): Ask =>
  async (verb, args, signal) => {
    const result = await run(verb, args, signal);
    if (!answers(verb, result)) throw new TypeError(`${verb} answered with something else`);
    return result;
  };

/** The field by which an answer is known; the core it comes from is ours, so its depths are taken on trust. */
const marks = {
  "models.list": "entries",
  "models.groups": "groups",
  "models.show": "files",
  "models.stats": "byBackend",
  "models.fit": "fit",
  "models.probe": "characteristics",
  "models.updates": "updates",
  "metadata.fetch": "found",
  "metadata.remove": "found",
  "metadata.preview": "files",
  "metadata.card": "card",
  "lockfile.export": "models",
  "lockfile.import": "models",
  "hub.analyze": "choices",
  "hub.search": "hits",
  "accounts.status": "accounts",
  "accounts.check": "state",
  "library.lists": "entries",
  "library.fetch": "leftOut",
  "downloads.add": "ids",
  "downloads.preview": "sets",
  "downloads.list": "downloads",
  "downloads.status": "counts",
  "downloads.limit": "bytesPerSecond",
  "downloads.pause": "ids",
  "downloads.resume": "ids",
  "downloads.cancel": "ids",
  "downloads.retry": "ids",
  "downloads.remove": "ids",
  "profiles.list": "profiles",
  "profiles.show": "values",
  "profiles.command": "args",
  "profiles.save": "values",
  "profiles.clone": "values",
  "profiles.diff": "differences",
  "profiles.validate": "problems",
  "profiles.import": "target",
  "profiles.benchmark": "id",
  "serving.switch": "outcome",
  "serving.stop": "servers",
  "serving.restart": "outcome",
  "serving.cancel": "servers",
  "serving.unloadAll": "servers",
  "serving.status": "servers",
  "serving.logs": "lines",
  "backends.list": "backends",
  "backends.start": "outcome",
  "backends.stop": "servers",
  "images.pull": "id",
  "system.status": "cpu",
  "gpu.status": "gpus",
  "models.edit": "files",
  "models.promote": "files",
  "models.import": "added",
  "models.export": "entries",
  "roles.resolve": "role",
  "config.show": "settings",
  "maintenance.plan": "planId",
  "maintenance.steps": "steps",
  "maintenance.changes": "changes",
  "maintenance.apply": "historyId",
  "maintenance.verify": "id",
  "history.list": "history",
  "history.undo": "totals",
  "history.redo": "totals",
  "backups.list": "backups",
  "backups.create": "id",
  "backups.restore": "totals",
  "trash.list": "trash",
  "trash.empty": "freedBytes",
  "tasks.list": "tasks",
  "tasks.pause": "ids",
  "tasks.resume": "ids",
  "tasks.cancel": "ids",
  "tasks.retry": "ids",
  "tasks.remove": "ids",
  "tasks.move": "tasks",
  "tasks.clear": "cleared",
} as const satisfies { readonly [Name in VerbName]: keyof VerbResults[Name] };

const answers = <Name extends VerbName>(verb: Name, result: unknown): result is VerbResults[Name] =>
  typeof result === "object" && result !== null && marks[verb] in result;

/** Every verb the palette offers. */
export const isVerbName = (name: string): name is VerbName => Object.hasOwn(marks, name);
