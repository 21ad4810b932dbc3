import type { PlannedFile } from "./plan.ts";

/** Path inside the repository → the name in another program's folder: the bare one, unless two files would be one. */
export function linkNames(files: readonly Pick<PlannedFile, "path">[]): ReadonlyMap<string, string> {
  const bare = files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  const isClear = new Set(bare.map((name) => name.normalize("NFC").toLowerCase())).size === bare.length;
  return new Map(files.map(({ path }, index) => [path, isClear ? (bare[index] ?? path) : path]));
}
