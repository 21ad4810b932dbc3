import type { OperationName } from "../../core/protocol/maintenance.ts";

/** Each operation of maintenance: with its options as an object it plans, and with `dryRun: false` applies. */
export const operationCommands = [
  "modelDeck.maintenance.scan",
  "modelDeck.maintenance.importOllama",
  "modelDeck.maintenance.importLmStudio",
  "modelDeck.maintenance.importHuggingFaceCache",
  "modelDeck.maintenance.importInvokeAI",
  "modelDeck.maintenance.importComfyUI",
  "modelDeck.maintenance.normalize",
  "modelDeck.maintenance.relink",
  "modelDeck.maintenance.shareFiles",
  "modelDeck.maintenance.doctor",
  "modelDeck.maintenance.purgeDeprecated",
  "modelDeck.maintenance.purgeLogicalOnly",
  "modelDeck.maintenance.purgeHuggingFace",
  "modelDeck.maintenance.resetDiscovered",
  "modelDeck.maintenance.pruneDuplicates",
  "modelDeck.maintenance.restoreOllama",
  "modelDeck.maintenance.backfillOllamaPaths",
  "modelDeck.maintenance.remove",
  "modelDeck.maintenance.tidyFolders",
  "modelDeck.maintenance.fixMissing",
] as const satisfies readonly `modelDeck.maintenance.${OperationName}`[];

/** Plans, their application and their past, and the tasks. */
export const maintenanceVerbs = [
  "modelDeck.maintenance.plan",
  "modelDeck.maintenance.steps",
  "modelDeck.maintenance.apply",
  "modelDeck.maintenance.verify",
  "modelDeck.history.list",
  "modelDeck.history.undo",
  "modelDeck.history.redo",
  "modelDeck.backups.list",
  "modelDeck.backups.create",
  "modelDeck.backups.restore",
  "modelDeck.trash.list",
  "modelDeck.trash.empty",
  "modelDeck.tasks.list",
  "modelDeck.tasks.pause",
  "modelDeck.tasks.resume",
  "modelDeck.tasks.cancel",
  "modelDeck.tasks.retry",
  "modelDeck.tasks.remove",
  "modelDeck.tasks.move",
  "modelDeck.tasks.clear",
] as const;

/** On rows of the views, several where several are chosen, and on previews. */
export const maintenanceRows = [
  "modelDeck.row.remove",
  "modelDeck.row.verify",
  "modelDeck.row.editRoles",
  "modelDeck.row.lock",
  "modelDeck.row.unlock",
  "modelDeck.row.deprecate",
  "modelDeck.row.undeprecate",
  "modelDeck.row.undo",
  "modelDeck.row.redo",
  "modelDeck.row.steps",
  "modelDeck.row.restore",
  "modelDeck.row.emptyTrash",
  "modelDeck.preview.apply",
  "modelDeck.preview.cancel",
  "modelDeck.preview.fix",
  "modelDeck.preview.mend",
] as const;

export type MaintenanceCommandId =
  | (typeof operationCommands)[number]
  | (typeof maintenanceVerbs)[number]
  | (typeof maintenanceRows)[number];
