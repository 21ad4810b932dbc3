import type { Files } from "../ports/files.ts";
import { isBelow } from "../maintenance/operations/paths.ts";
import { isFault } from "../util/faults.ts";
import { type Sha256, parseSha256 } from "../util/ids.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import type { InstalledFile } from "./installed.ts";
import { type DownloadPlan, knownAs } from "./plan.ts";
import { folderOf } from "./safe-path.ts";

export interface AlreadyHere {
  readonly files: Files;
  /** Absent: disks are waited for. */
  readonly disks?: Pick<DiskQuestions, "ask">;
  readonly installed: (digests: readonly Sha256[]) => Promise<ReadonlyMap<Sha256, InstalledFile>>;
}

function undefinedOfSilent(error: unknown): undefined {
  if (!isFault(error, "diskSilent")) throw error;
}

/**
 * The plan with every file of it as one entry has it, where one entry holds all of them, unchanged since they were
 * verified. A plan with small files, which have no sha256, is never taken for held: checking them is quick.
 * @param anywhere false: only at the very places of the plan
 */
export async function alreadyHere(
  { files, disks, installed }: AlreadyHere,
  plan: DownloadPlan,
  anywhere: boolean,
): Promise<{ readonly entry: string; readonly plan: DownloadPlan } | undefined> {
  const digests = plan.files.flatMap((file) => (file.sha256 === undefined ? [] : (parseSha256(file.sha256) ?? [])));
  // Links elsewhere are still to be made.
  if (digests.length === 0 || (plan.linkOut ?? []).length > 0) return undefined;
  const held = await installed(digests);
  const found: DownloadPlan["files"] = [];
  const entries = new Set<string>();
  for (const file of plan.files) {
    const digest = file.sha256 === undefined ? undefined : parseSha256(file.sha256);
    const have = digest === undefined ? undefined : held.get(digest);
    if (digest === undefined || !have) return undefined;
    const look = (): ReturnType<Files["stat"]> => files.stat(have.path);
    const root = isBelow(have.path, plan.root) ? plan.root : folderOf(have.path);
    // What lies on a disk that does not answer is not here now.
    const there = await (disks ? disks.ask(root, look).catch(undefinedOfSilent) : look());
    const unchanged =
      there?.size === file.sizeBytes &&
      (have.modified === null || Math.trunc(there.modified) === have.modified) &&
      (have.identity === null || there.identity === have.identity);
    if (!there || !unchanged || (!anywhere && have.path !== knownAs(file))) return undefined;
    entries.add(have.entry);
    const { alias: _alias, aliased: _aliased, reuse: _reuse, ...own } = file;
    found.push({
      ...own,
      target: have.path,
      finished: { made: false, proof: "sha256", sha256: digest, modified: there.modified, identity: there.identity },
    });
  }
  const [entry] = entries;
  return entry === undefined || entries.size > 1 ? undefined : { entry, plan: { ...plan, files: found } };
}
