import path from "node:path";

/**
 * Where all editors, windows and the terminal of a person find the same registry. Absolute.
 * @param setting `modelDeck.storage`; "" where it is not set, `~` stands for the home folder
 */
export function dataFolder(
  setting: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (setting !== "") return path.resolve(home, setting.replace(/^~(?=$|[\\/])/, home));
  // The specification says to pass over a relative one.
  const shared = env["XDG_DATA_HOME"];
  if (shared && path.isAbsolute(shared)) return path.join(shared, "modeldeck");
  if (platform === "darwin") return path.join(home, "Library", "Application Support", "modeldeck");
  if (platform === "win32") return path.join(env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"), "modeldeck");
  return path.join(home, ".local", "share", "modeldeck");
}
