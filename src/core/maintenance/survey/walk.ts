import type { DiskLook } from "../../ports/disk-look.ts";
import type { FolderItem } from "../../ports/files.ts";
import { fault } from "../../util/faults.ts";
import { mapAtOnce } from "../at-once.ts";

/** More than any collection has: a walk that meets more has got where it should not be. */
const MOST_FOLDERS = 200_000;

/**
 * Tells of the folder and of every folder below it, level by level. No link is followed, so it never leaves the folder
 * and never runs in a circle. A folder that cannot be read is told with the error, and the walk goes on.
 */
export async function walkFolders(
  look: Pick<DiskLook, "list">,
  root: string,
  visit: (folder: string, items: readonly FolderItem[], error?: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  for (let level: readonly string[] = [root]; level.length > 0;) {
    count += level.length;
    if (count > MOST_FOLDERS) {
      throw fault({ code: "fileUnreadable", path: root, reason: `there are more than ${MOST_FOLDERS} folders in it` });
    }
    const found = await mapAtOnce(level, signal, async (folder) => {
      try {
        return { folder, items: (await look.list(folder)) ?? [] };
      } catch (error) {
        return { folder, items: [], error };
      }
    });
    for (const { folder, items, error } of found) visit(folder, items, error);
    level = found.flatMap(({ folder, items }) =>
      items.flatMap(({ name, kind }) => (kind === "folder" ? [`${folder.replace(/[\\/]$/, "")}/${name}`] : [])),
    );
  }
}
