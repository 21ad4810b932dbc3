import type { Files } from "../ports/files.ts";
import type { LinkKind, Links } from "../ports/links.ts";
import { programAt } from "../maintenance/operations/kept-by-programs.ts";
import { linkTrouble } from "../present/link-trouble.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { isFault, reasonOf } from "../util/faults.ts";
import { leadsTo } from "./leads-to.ts";
import type { DownloadPlan } from "./plan.ts";
import { linkNames } from "./link-names.ts";
import { folderOf, safeJoin } from "./safe-path.ts";

export interface LinkOutPorts {
  readonly files: Files;
  readonly links: Links;
}

/** A link to each file in each folder the plan names. What has a name there already stays, and nothing is copied. */
export async function linkOutSet(
  ports: LinkOutPorts,
  { linkOut = [], files }: Pick<DownloadPlan, "linkOut" | "files">,
  onLinked: (path: string) => void,
  signal: AbortSignal,
): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  for (const folder of linkOut)
    for (const [path, name] of linkNames(files)) {
      signal.throwIfAborted();
      const target = files.find((file) => file.path === path)?.target;
      if (target === undefined) continue;
      try {
        const link = safeJoin(folder, name);
        if (await linkTo(ports, link, target)) onLinked(link);
      } catch (error) {
        signal.throwIfAborted();
        troubles.push(linkTrouble(`${folder}/${name}`, target, isFault(error) ? error.fault : reasonOf(error)));
      }
    }
  return troubles;
}

/**
 * The one a program would not break: never a further name of a file whose program clears its store by itself.
 * @returns whether it had to be made
 */
async function linkTo({ files, links }: LinkOutPorts, link: string, target: string): Promise<boolean> {
  const folder = folderOf(link);
  await files.makeFolder(folder);
  if ((await leadsTo(files, link, target)) === "same") return false;
  const [here, there] = [await files.stat(folder), await files.stat(target)];
  const isNear = here !== undefined && there !== undefined && deviceOf(here.identity) === deviceOf(there.identity);
  const ways: readonly LinkKind[] = isNear && programAt(target, {}) === undefined ? ["hard", "symbolic"] : ["symbolic"];
  for (const [index, how] of ways.entries())
    try {
      await links.make(link, target, how);
      return true;
    } catch (error) {
      if (index === ways.length - 1 || !isFault(error, "fileUnreadable")) throw error;
    }
  return false;
}

/** Device and inode stand in one word. */
export const deviceOf = (identity: string): string => identity.slice(0, identity.indexOf(":"));
