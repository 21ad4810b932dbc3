/** Shared with package.json; a test compares both. */

/** Commands a person finds in the palette. Those named after a verb take its arguments as an object, too. */
export const paletteCommands = [
  "modelDeck.models.list",
  "modelDeck.models.show",
  "modelDeck.models.stats",
  "modelDeck.hub.analyze",
  "modelDeck.downloads.add",
  "modelDeck.downloads.list",
  "modelDeck.downloads.pause",
  "modelDeck.downloads.resume",
  "modelDeck.downloads.cancel",
  "modelDeck.profiles.list",
  "modelDeck.serving.switch",
  "modelDeck.serving.stop",
  "modelDeck.serving.cancel",
  "modelDeck.serving.status",
  "modelDeck.serving.logs",
  "modelDeck.gpu.status",
  "modelDeck.accounts.set",
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
  "modelDeck.row.more",
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
  "downloads.reserve",
  "huggingface.endpoint",
  "profiles.files",
  "serving.engine",
  "serving.dockerHost",
  "serving.port",
  "serving.stopGrace",
  "serving.healthTimeout",
  "backends.llama.cpp.image",
  "backends.llama.cpp.binary",
  "gpu.enabled",
  "gpu.interval",
  "testingPatterns",
] as const;

export const viewIds = { models: "modelDeck.models", panel: "modelDeck.panel" } as const;

/** Context keys and what they may be. */
export interface ContextKeys {
  /** How it stands with the registry. */
  readonly "modelDeck.state": "opening" | "open" | "locked" | "failed";
  readonly "modelDeck.serving": boolean;
  readonly "modelDeck.switching": boolean;
  readonly "modelDeck.engineUnreachable": boolean;
}
