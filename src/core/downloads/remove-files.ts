import type { Files } from "../ports/files.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { Registry } from "../registry/registry.ts";
import type { Item } from "./item.ts";
import { removeSidecar } from "./remove-sidecar.ts";
import { partialPath } from "./sidecar.ts";

export interface Removing {
  readonly files: Files;
  readonly partials: PartialFiles;
  readonly registry: Pick<Registry, "query">;
}

/**
 * What a cancelled download leaves: nothing it made. Files that another download or an entry has use of stay, and so does a
 * file that is not the one we put there.
 */
export async function removeFiles(
  { files, partials, registry }: Removing,
  item: Item,
  others: Iterable<Item>,
): Promise<void> {
  const wanted = new Set<string>();
  for (const other of others) for (const { target } of other.plan.files) wanted.add(target);
  for (const { planned, finished } of item.files) {
    const { target } = planned;
    if (wanted.has(target)) continue;
    await files.remove(partialPath(target));
    await removeSidecar(files, target);
    if (!finished?.made) continue;
    const there = await files.stat(target);
    const ours = there?.size === planned.sizeBytes && there.identity === finished.identity;
    if (!ours) continue;
    const rows = await registry.query(
      "SELECT path FROM files WHERE path = ?1 AND entry IS NOT NULL UNION SELECT path FROM entries WHERE path = ?1",
      [target],
    );
    if (rows.length === 0) await files.remove(target);
  }
  await removeEmptyFolders(partials, item);
}

/** Of those that were not there before. */
export async function removeEmptyFolders(partials: PartialFiles, item: Item): Promise<void> {
  for (const folder of item.plan.madeFolders.toReversed()) await partials.removeEmptyFolder(folder);
}
