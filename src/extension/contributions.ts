/** Shared with package.json, as is what lies in contributions/; a test compares both. */

import { libraryPalette, libraryRows } from "./contributions/library-commands.ts";
import { maintenanceRows, maintenanceVerbs, operationCommands } from "./contributions/maintenance-commands.ts";
import { profilePalette, profileRows } from "./contributions/profile-commands.ts";

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
  "modelDeck.system.status",
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
  /** Whether there is a model; that the last one went is not told. */
  readonly "modelDeck.hasModels": boolean;
  /** Whether the terminal command was set up since the window opened. */
  readonly "modelDeck.terminalReady": boolean;
}
