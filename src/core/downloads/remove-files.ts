import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { Registry } from "../registry/registry.ts";
import { bytes } from "../util/ids.ts";
import { isBlobUsed } from "./blob-users.ts";
import { copyPath } from "./copy-into.ts";
import type { Item } from "./item.ts";
import { leadsTo } from "./leads-to.ts";
import { linkNames } from "./link-names.ts";
import { type DownloadPlan, type FinishedFile, type PlannedFile, knownAs } from "./plan.ts";
import { isOwnPartial } from "./own-partial.ts";
import { removeOwn } from "./remove-own.ts";
import { removeSidecar } from "./remove-sidecar.ts";
import { folderOf, safeJoin } from "./safe-path.ts";
import { partialPath } from "./sidecar.ts";

export interface Removing {
  readonly files: Files;
  readonly partials: PartialFiles;
  readonly registry: Pick<Registry, "query">;
  /** Takes links away that were made in other programs' folders. Absent: there are none. */
  readonly links?: Pick<Links, "remove">;
}

/** What these downloads have use of. */
export function namesOf(items: Iterable<Item>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { plan } of items) for (const file of plan.files) names.add(file.target).add(knownAs(file));
  return names;
}

/**
 * What a cancelled download leaves: nothing it made. Files that another download or an entry has use of stay, and so does a
 * file that is not the one we put there, and a blob that another snapshot of its cache leads to.
 * @param wanted names of the others, see `namesOf`
 */
export async function removeFiles(removing: Removing, item: Item, wanted: ReadonlySet<string>): Promise<void> {
  const { files, partials } = removing;
  const ours: PlannedFile[] = [];
  for (const { planned, finished } of item.files) {
    const { target } = planned;
    if (!wanted.has(target)) {
      if (await isOwnPartial(files, target)) await removeOwn(files, partialPath(target));
      await removeSidecar(files, target);
      await removeOwn(files, copyPath(target));
    }
    if (await isEntrys(removing, [target, knownAs(planned)])) continue;
    const isOurs = finished?.made === true && (await isUnchanged(files, planned, finished));
    if (isOurs && !wanted.has(target)) await removeLinks(removing, item.plan, planned);
    if (!wanted.has(knownAs(planned))) await removeAlias(files, item.plan, planned);
    if (isOurs && !wanted.has(target)) ours.push(planned);
  }
  // Two files of a cache may share a blob: it is used until both aliases are gone.
  for (const planned of ours) if (!(await isBlobUsed(files, planned))) await files.remove(planned.target);
  await removeEmptyFolders(partials, item);
  await removeMarks(files, item.plan);
  await removeEmptyFolders(partials, item);
}

async function isEntrys({ registry }: Removing, paths: readonly string[]): Promise<boolean> {
  const rows = await registry.query(
    `SELECT path FROM files WHERE path IN (?1, ?2) AND entry IS NOT NULL
     UNION SELECT path FROM entries WHERE path IN (?1, ?2)`,
    paths,
  );
  return rows.length > 0;
}

async function isUnchanged(
  files: Files,
  { target, sizeBytes }: PlannedFile,
  { identity }: FinishedFile,
): Promise<boolean> {
  const there = await files.stat(target);
  return there?.size === sizeBytes && there.identity === identity;
}

/** Only one that we made and that leads to our blob still: whatever else has the name is somebody's. */
async function removeAlias(files: Files, { linked = [] }: DownloadPlan, { alias, target }: PlannedFile): Promise<void> {
  if (alias === undefined || !linked.includes(alias)) return;
  if ((await leadsTo(files, alias, target)) === "same") await files.remove(alias);
}

/** Only those we made: where bytes were reused, the file they came from is the same file too. */
async function removeLinks(
  { files, links }: Removing,
  { linkOut = [], linked = [], files: all }: DownloadPlan,
  planned: PlannedFile,
): Promise<void> {
  const name = linkNames(all).get(planned.path) ?? planned.path;
  for (const folder of linkOut) {
    const link = safeJoin(folder, name);
    if (!links || !linked.includes(link) || (await leadsTo(files, link, planned.target)) !== "same") continue;
    const own = link.slice(folderOf(link).length).replace(/^[\\/]/, "");
    const isSymbolic = ((await files.list(folderOf(link))) ?? []).some(
      ({ kind, name: other }) => kind === "link" && other === own,
    );
    await links.remove(link, planned.target, isSymbolic ? "symbolic" : "hard");
  }
}

/** What a mark said before comes back where what it says now leads to nothing. */
async function removeMarks(files: Files, { folder, marks = [] }: DownloadPlan): Promise<void> {
  const isLeft = ((await files.list(folder)) ?? []).length > 0;
  if (isLeft) return;
  for (const { path, content, before } of marks) {
    if ((await files.readText(path, bytes(4096)).catch(() => undefined)) !== content) continue;
    if (before === undefined) await files.remove(path);
    else if (before !== content) await files.replace(path, before);
  }
}

/** Of those that were not there before. */
export async function removeEmptyFolders(partials: PartialFiles, item: Item): Promise<void> {
  for (const folder of item.plan.madeFolders.toReversed()) await partials.removeEmptyFolder(folder);
}
