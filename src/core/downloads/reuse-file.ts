import type { Files } from "../ports/files.ts";
import type { ReuseWay } from "../protocol/downloads.ts";
import { isFault } from "../util/faults.ts";
import { parseSha256 } from "../util/ids.ts";
import type { Item, ItemFile } from "./item.ts";
import type { DownloadPlan, FinishedFile, PlannedFile } from "./plan.ts";
import type { OnHashed, Reuse, WantedFile } from "./reuse.ts";

/** The wanted file's bytes from this machine under its name; undefined where fetching is what is left. */
export async function reuseFile(
  { reuse, files }: { readonly reuse: Reuse; readonly files: Pick<Files, "stat"> },
  { plan }: Item,
  file: ItemFile,
  onMoved: () => void,
  signal: AbortSignal,
): Promise<FinishedFile | undefined> {
  const { planned } = file;
  const sha256 = parseSha256(planned.sha256 ?? "");
  if (!mayReuse(plan, planned) || sha256 === undefined || (await files.stat(planned.target))) return undefined;
  const onHashed: OnHashed = (read, ofAll) => {
    file.state = "checking";
    file.provenShare = Math.min(1, read / ofAll);
    onMoved();
  };
  const found = await reuse
    .find(wantedFile(plan, planned), { prove: true, onHashed }, signal)
    .finally(() => (file.provenShare = undefined));
  const how = found?.proven === true ? wayOf(plan, found.ways) : undefined;
  if (!found || how === undefined) {
    file.state = "fetching";
    return undefined;
  }
  try {
    await reuse.take(found, how, planned.target, signal);
  } catch (error) {
    if (!isFault(error, "stale") && !isFault(error, "exists")) throw error;
    file.state = "fetching";
    return undefined;
  }
  const there = await files.stat(planned.target);
  if (there?.size !== planned.sizeBytes) return undefined;
  file.planned = { ...planned, reuse: { path: found.path, how } };
  return { made: true, proof: "sha256", sha256, modified: there.modified, identity: there.identity };
}

/** Only what has a sha256 can be proven; what is forced is fetched. */
export const mayReuse = (plan: DownloadPlan, { sha256 }: PlannedFile): boolean =>
  sha256 !== undefined && !plan.force && plan.reuse !== "none";

export const wantedFile = (plan: DownloadPlan, { target, sizeBytes, sha256, path }: PlannedFile): WantedFile => ({
  root: plan.root,
  target,
  sizeBytes,
  ...(sha256 !== undefined && { sha256 }),
  source: { reference: plan.repository, path },
});

/** The way a person chose, where the volumes allow it; else the best there is but a symbolic link, which breaks with its target. */
export const wayOf = ({ reuse = "auto" }: DownloadPlan, ways: readonly ReuseWay[]): ReuseWay | undefined =>
  reuse === "auto" ? ways.find((way) => way !== "symbolic") : ways.find((way) => way === reuse);
