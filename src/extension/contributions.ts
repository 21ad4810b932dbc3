/** Shared with package.json; a test compares both. */

import type { OperationName } from "../core/protocol/maintenance.ts";

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
const maintenanceVerbs = [
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

/** How the view of the models is looked at, the pages over the collection, and what goes in and out of the registry. */
const libraryPalette = [
  "modelDeck.models.filter",
  "modelDeck.models.clearFilter",
  "modelDeck.models.groupBy",
  "modelDeck.models.edit",
  "modelDeck.models.promote",
  "modelDeck.models.import",
  "modelDeck.models.export",
  "modelDeck.models.stats",
  "modelDeck.roles.edit",
  "modelDeck.roles.resolve",
  "modelDeck.config.show",
  "modelDeck.models.fit",
  "modelDeck.models.updates",
  "modelDeck.models.probe",
  "modelDeck.metadata.fetch",
  "modelDeck.metadata.remove",
  "modelDeck.metadata.preview",
  "modelDeck.metadata.card",
  "modelDeck.lockfile.export",
  "modelDeck.lockfile.import",
  "modelDeck.downloads.form",
] as const;
const libraryRows = [
  "modelDeck.row.edit",
  "modelDeck.row.promote",
  "modelDeck.row.card",
  "modelDeck.row.fit",
  "modelDeck.row.updates",
  "modelDeck.row.probe",
  "modelDeck.row.fetchMetadata",
  "modelDeck.row.removeMetadata",
  "modelDeck.row.setPreview",
] as const;
export const libraryCommands = [...libraryPalette, ...libraryRows] as const;
export type LibraryCommandId = (typeof libraryCommands)[number];

/** What is done with profiles beside serving them; given an id they ask for none. */
const profilePalette = [
  "modelDeck.profiles.show",
  "modelDeck.profiles.command",
  "modelDeck.profiles.save",
  "modelDeck.profiles.clone",
  "modelDeck.profiles.diff",
  "modelDeck.profiles.validate",
  "modelDeck.profiles.import",
  "modelDeck.profiles.benchmark",
] as const;
const profileRows = ["modelDeck.row.serveProfile"] as const;
export const profileCommands = [...profilePalette, ...profileRows] as const;
export type ProfileCommandId = (typeof profileCommands)[number];

/** On rows of the views, several where several are chosen, and on previews. */
const maintenanceRows = [
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

/** Commands a person finds in the palette. Those named after a verb take its arguments as an object, too. */
export const paletteCommands = [
  "modelDeck.models.list",
  "modelDeck.models.show",
  "modelDeck.hub.analyze",
  "modelDeck.hub.search",
  "modelDeck.library.lists",
  "modelDeck.library.fetch",
  "modelDeck.downloads.add",
  "modelDeck.downloads.list",
  "modelDeck.downloads.pause",
  "modelDeck.downloads.resume",
  "modelDeck.downloads.cancel",
  "modelDeck.downloads.retry",
  "modelDeck.downloads.remove",
  "modelDeck.downloads.limit",
  "modelDeck.profiles.list",
  "modelDeck.serving.switch",
  "modelDeck.serving.stop",
  "modelDeck.serving.restart",
  "modelDeck.serving.unloadAll",
  "modelDeck.serving.cancel",
  "modelDeck.serving.status",
  "modelDeck.serving.logs",
  "modelDeck.serving.outputChannel",
  "modelDeck.serving.tiles",
  "modelDeck.serving.setUp",
  "modelDeck.backends.list",
  "modelDeck.backends.start",
  "modelDeck.backends.stop",
  "modelDeck.images.pull",
  "modelDeck.getStarted",
  "modelDeck.gpu.status",
  ...profilePalette,
  ...libraryPalette,
  ...maintenanceVerbs,
  ...operationCommands,
  "modelDeck.accounts.set",
  "modelDeck.accounts.remove",
  "modelDeck.accounts.status",
  "modelDeck.accounts.check",
  "modelDeck.terminal.setUp",
  "modelDeck.openPanel",
  "modelDeck.showLog",
  "modelDeck.reopen",
] as const;

/** Commands that need a row of the tree, or stand behind a button. */
export const rowCommands = [
  "modelDeck.row.serve",
  "modelDeck.row.stop",
  "modelDeck.row.show",
  "modelDeck.row.copyName",
  "modelDeck.row.copyPath",
  "modelDeck.row.pauseDownload",
  "modelDeck.row.resumeDownload",
  "modelDeck.row.retryDownload",
  "modelDeck.row.cancelDownload",
  "modelDeck.row.showDownload",
  "modelDeck.row.more",
  "modelDeck.row.scan",
  ...profileRows,
  ...libraryRows,
  ...maintenanceRows,
] as const;

export const commandIds = [...paletteCommands, ...rowCommands] as const;
export type CommandId = (typeof commandIds)[number];

/** Settings without the prefix `modelDeck.`. `storage` is the shell's, the others are handed to the core. */
export const coreSettings = [
  "locations",
  "defaultLocation",
  "weightsRoot",
  "downloads.parallel",
  "downloads.connectionsPerFile",
  "downloads.perHost",
  "downloads.bandwidthLimit",
  "downloads.schedule",
  "downloads.allowPrivateHosts",
  "downloads.reserve",
  "huggingface.endpoint",
  "civitai.endpoint",
  "civitai.rating",
  "ollama.models",
  "ollama.url",
  "comfyui.extraModelPaths",
  "wan2gp.root",
  "profiles.files",
  "serving.engine",
  "serving.dockerHost",
  "serving.remoteAddress",
  "serving.remoteFolders",
  "serving.port",
  "serving.stopGrace",
  "serving.healthTimeout",
  "serving.autostart",
  "backends.llama.cpp.image",
  "backends.llama.cpp.binary",
  "gpu.enabled",
  "gpu.interval",
  "testingPatterns",
  "roles",
  "history.keep",
  "backups.keep",
  "trash.keep",
] as const;

export const viewIds = {
  models: "modelDeck.models",
  history: "modelDeck.history",
  backups: "modelDeck.backups",
  panel: "modelDeck.panel",
} as const;

/** Context keys and what they may be. */
export interface ContextKeys {
  /** How it stands with the registry. */
  readonly "modelDeck.state": "opening" | "open" | "locked" | "failed";
  readonly "modelDeck.serving": boolean;
  readonly "modelDeck.switching": boolean;
  readonly "modelDeck.engineUnreachable": boolean;
  /** Whether the models are filtered. */
  readonly "modelDeck.filtered": boolean;
}
