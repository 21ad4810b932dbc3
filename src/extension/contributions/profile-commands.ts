/** What is done with profiles beside serving them; given an id they ask for none. */
export const profilePalette = [
  "modelDeck.profiles.show",
  "modelDeck.profiles.command",
  "modelDeck.profiles.save",
  "modelDeck.profiles.clone",
  "modelDeck.profiles.diff",
  "modelDeck.profiles.validate",
  "modelDeck.profiles.import",
  "modelDeck.profiles.benchmark",
] as const;
export const profileRows = ["modelDeck.row.serveProfile"] as const;
export const profileCommands = [...profilePalette, ...profileRows] as const;
export type ProfileCommandId = (typeof profileCommands)[number];
