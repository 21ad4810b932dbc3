import type { Characteristic } from "./models.ts";

/** Plain JSON, as every door hands it out. Sizes in bytes, times as ISO 8601 in UTC. */

export const operations = [
  "scan",
  "importOllama",
  "importLmStudio",
  "importHuggingFaceCache",
  "importInvokeAI",
  "importComfyUI",
  "normalize",
  "relink",
  "shareFiles",
  "doctor",
  "purgeDeprecated",
  "purgeLogicalOnly",
  "purgeHuggingFace",
  "resetDiscovered",
  "pruneDuplicates",
  "restoreOllama",
  "backfillOllamaPaths",
  "remove",
  "tidyFolders",
  "fixMissing",
] as const;
export type OperationName = (typeof operations)[number];

/** One line of a preview. */
export interface PlanStep {
  /** What is done: `remove entry`, `change entry`, `add entry`, `move to trash`, `delete for good`, … as a stable word. */
  readonly deed:
    | "addEntry"
    | "changeEntry"
    | "removeEntry"
    | "trash"
    | "delete"
    | "removeFolder"
    | "restore"
    | "makeFolder"
    | "makeLink"
    | "removeLink";
  /** The entry's name or the absolute path. */
  readonly what: string;
  /** The fields that change, with their values; absent where the whole comes or goes. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly bytes?: number;
  /** True where nothing brings it back. */
  readonly final: boolean;
}

export interface PlanTotals {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** Files that go to the trash or for good. */
  readonly files: number;
  /** Free at once. */
  readonly freedBytes: number;
  /** Free when the trash is emptied. */
  readonly trashedBytes: number;
  readonly steps: number;
}

/** What was chosen and is left alone, with the reason: a lock, bytes that others use, a path that cannot be reached. */
export interface KeptBack {
  readonly what: string;
  readonly reason: string;
}

/** What an operation has to tell beside what it would do: a path it could not read, a hurt it cannot mend. */
export interface Finding {
  readonly kind:
    | "unreadable"
    | "orphan"
    | "stalePartial"
    | "danglingLink"
    | "incompleteSplit"
    | "lonelyProjector"
    | "missing"
    | "moved"
    | "twin"
    | "drift"
    | "unsafe"
    | "duplicateBytes"
    | "skipped";
  /** The entry's name or the absolute path. */
  readonly what: string;
  /** A sentence for people. */
  readonly detail: string;
  /** True where steps of this plan mend it. */
  readonly mended: boolean;
  readonly bytes?: number;
}

export interface Plan {
  readonly planId: string;
  readonly operation: OperationName | "undo" | "redo" | "restoreBackup";
  readonly options: Readonly<Record<string, unknown>>;
  /** Digest of what the plan was made from. */
  readonly basis: string;
  readonly totals: PlanTotals;
  readonly firstSteps: readonly PlanStep[];
  readonly keptBack: readonly KeptBack[];
  /** The first 1000. */
  readonly findings: readonly Finding[];
  /** False where a step is final. */
  readonly undoable: boolean;
  /** True where applying wants `confirm: true`: files or many entries go. */
  readonly destructive: boolean;
  /** The terminal command that does the same. */
  readonly command: string;
}

export interface PlanStepPage {
  readonly steps: readonly PlanStep[];
  readonly cursor?: string;
}

/**
 * A change as a person means it: an entry with all that belongs to it, or a step beside the entries. Of an entry that
 * comes or goes `bytes` are those of its files together. Long values are cut.
 */
export interface PlanChange extends PlanStep {
  /** Of an entry that comes or goes: what its badges are made of. */
  readonly facts?: readonly Pick<Characteristic, "name" | "value" | "source">[];
  /** So many parts of the entry change beside those in `before` and `after`. */
  readonly more?: number;
}

export interface PlanChangePage {
  readonly changes: readonly PlanChange[];
  /** Of the whole plan. */
  readonly total: number;
  readonly cursor?: string;
}

export interface Applied {
  readonly historyId: string;
  /** Id of the backup that was made first; absent where none was wanted. */
  readonly backup?: string;
  readonly totals: PlanTotals;
}

export interface HistoryRow {
  readonly id: string;
  readonly at: string;
  readonly operation: Plan["operation"] | "edit" | "promote" | "import";
  /** Words for people. */
  readonly title: string;
  readonly totals: PlanTotals;
  readonly state: "done" | "undone";
  /** Absent where it can be undone (or redone, where it is undone); else why not. */
  readonly blocked?: string;
}

export interface BackupRow {
  readonly id: string;
  readonly at: string;
  readonly sizeBytes: number;
  readonly entries: number;
  /** What it was made before; absent for one a person made. */
  readonly before?: string;
  /** Absent where it can be restored; else why not, as for one of a newer version. */
  readonly blocked?: string;
}

export interface TrashRow {
  readonly id: string;
  readonly at: string;
  /** Where it lay. */
  readonly path: string;
  readonly bytes: number;
}
