import type { Files } from "../ports/files.ts";

/** A file of ours by its name; a folder that has the name is somebody's, and stays with all that is in it. */
export async function removeOwn(files: Pick<Files, "stat" | "remove">, path: string): Promise<void> {
  const there = await files.stat(path);
  if (there?.kind !== "folder") await files.remove(path);
}
