import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { Trouble } from "../protocol/downloads.ts";
import { fault, isFault } from "../util/faults.ts";
import { bytes } from "../util/ids.ts";
import { linkOutSet } from "./link-out.ts";
import type { DownloadPlan } from "./plan.ts";
import { folderOf } from "./safe-path.ts";
import { leadsTo } from "./leads-to.ts";

export interface PublishPorts {
  readonly files: Files;
  readonly links: Links;
}

/**
 * Gives a set whose files are all there what else its layout asks for, before its entry is committed: aliases, then marks,
 * then links in other programs' folders. Repeating it changes nothing. A link that cannot be made takes nothing from the
 * set: it is told, with what was done instead. An alias that cannot be had is a fault: it is the name the entry goes by.
 */
export type PublishSet = (
  plan: DownloadPlan,
  signal: AbortSignal,
  /** Told each name that was made, and none that was there. */
  onLinked?: (path: string) => void,
) => Promise<readonly Trouble[]>;

export const createPublishSet =
  ({ files, links }: PublishPorts): PublishSet =>
  async (plan, signal, onLinked = () => undefined) => {
    for (const file of plan.files) {
      signal.throwIfAborted();
      if (file.alias === undefined) continue;
      if (await giveAlias({ files, links }, file.alias, file.target, plan.root)) onLinked(file.alias);
    }
    for (const { path, content } of plan.marks ?? []) {
      signal.throwIfAborted();
      // A mark that cannot be read is written anew.
      const there = await files.readText(path, bytes(4096)).catch(() => undefined);
      if (there !== content) await files.replace(path, content);
    }
    return linkOutSet({ files, links }, plan, onLinked, signal);
  };

/**
 * Relative, so that the cache may be moved as a whole; a further name where the volume has no symbolic links any more.
 * @returns whether it had to be made
 */
async function giveAlias(
  { files, links }: PublishPorts,
  alias: string,
  target: string,
  root: string,
): Promise<boolean> {
  if (!(await files.stat(target))) throw fault({ code: "fileUnreadable", path: target, reason: "it is not there" });
  await files.makeFolder(folderOf(alias));
  const there = await leadsTo(files, alias, target);
  if (there === "same") return false;
  if (there === "other") throw fault({ code: "exists", what: "file", name: alias });
  // A link whose blob is gone.
  if (there === "nowhere") await files.remove(alias);
  try {
    await links.make(alias, target, "symbolic", root);
  } catch (error) {
    if (!isFault(error, "fileUnreadable")) throw error;
    await links.make(alias, target, "hard");
  }
  return true;
}
