/** How the view of the models is looked at, the pages over the collection, and what goes in and out of the registry. */
export const libraryPalette = [
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
export const libraryRows = [
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
