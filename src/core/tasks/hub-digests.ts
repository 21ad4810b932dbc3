import type { HubFile } from "../protocol/hub.ts";
import type { Hub } from "../sources/hub.ts";
import { isFault } from "../util/faults.ts";
import { parseGitSha1, parseSha256 } from "../util/ids.ts";
import type { VerifyTarget } from "./verify-targets.ts";

/**
 * The targets, with the hub's digests where none is on record and the commit they came from is known. A hub that does not
 * answer is asked no more: what is not known stays unknown.
 */
export async function withHubDigests(
  hub: Pick<Hub, "analyze">,
  targets: readonly VerifyTarget[],
  signal: AbortSignal,
): Promise<readonly VerifyTarget[]> {
  const listings = new Map<string, readonly HubFile[]>();
  let silent = false;
  const filesOf = async ({ reference, revision }: NonNullable<VerifyTarget["source"]>): Promise<readonly HubFile[]> => {
    const key = `${reference}@${revision}`;
    const known = listings.get(key);
    if (known || silent) return known ?? [];
    try {
      const { files } = await hub.analyze(reference, revision, signal);
      listings.set(key, files);
      return files;
    } catch (error) {
      signal.throwIfAborted();
      if (!isFault(error)) throw error;
      silent = error.code === "network" || error.code === "timeout" || error.code === "rateLimited";
      listings.set(key, []);
      return [];
    }
  };
  const answered: VerifyTarget[] = [];
  for (const target of targets) {
    const asks = target.sha256 === undefined && target.gitSha1 === undefined ? target.source : undefined;
    answered.push(asks ? fromHub(target, await filesOf(asks)) : target);
  }
  return answered;
}

/** The file of the repository whose path its own ends with; the longest where several do. */
function fromHub(target: VerifyTarget, files: readonly HubFile[]): VerifyTarget {
  const path = `/${target.path.replaceAll("\\", "/")}`;
  const found = files
    .filter((file) => path.endsWith(`/${file.path}`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  if (!found) return target;
  return {
    ...target,
    sizeBytes: found.sizeBytes,
    sha256: parseSha256(found.sha256 ?? ""),
    gitSha1: parseGitSha1(found.gitSha1 ?? ""),
  };
}
