import type { Files } from "../ports/files.ts";
import type { PlannedFile } from "./plan.ts";
import { folderOf } from "./safe-path.ts";

/** As deep as any repository goes. */
const DEEPEST = 12;

/** Whether any snapshot of the cache still leads to the blob of a file; false for one that is no blob. */
export async function isBlobUsed(
  files: Pick<Files, "list" | "resolve">,
  { alias, target }: Pick<PlannedFile, "alias" | "target">,
): Promise<boolean> {
  const blob = alias === undefined ? undefined : await files.resolve(target);
  if (blob === undefined) return false;
  const leadsThere = async (folder: string, depth: number): Promise<boolean> => {
    for (const { name, kind } of (await files.list(folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (kind === "link" && (await files.resolve(path)) === blob) return true;
      if (kind === "folder" && depth < DEEPEST && (await leadsThere(path, depth + 1))) return true;
    }
    return false;
  };
  return leadsThere(`${folderOf(folderOf(target))}/snapshots`, 0);
}
