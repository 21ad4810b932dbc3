import { folderOf } from "../../downloads/safe-path.ts";
import { isFault } from "../../util/faults.ts";
import type { MaintenanceParts } from "../parts.ts";

type Parts = Pick<MaintenanceParts, "files" | "thumbprint" | "digest">;

/** The way of reckoning of operations.md; another one would have another number. */
const VERSION = "v1";

/**
 * Of each entry sha256 over its files' paths below the folder they share, sizes and thumbprints, in the order of the
 * paths; absent where a file cannot be read. @param wanted entry → absolute paths
 */
export async function checksumsOf(
  parts: Parts,
  wanted: ReadonlyMap<string, readonly string[]>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for (const [name, paths] of wanted) {
    const sum = paths.length === 0 ? undefined : await checksumOf(parts, paths, signal);
    if (sum !== undefined) sums.set(name, sum);
  }
  return sums;
}

async function checksumOf(
  { files, thumbprint, digest }: Parts,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const top = paths.map(folderOf).reduce(shared);
  const lines: string[] = [];
  try {
    for (const path of [...new Set(paths)].toSorted()) {
      const [facts, print] = [await files.stat(path), await thumbprint(path, signal)];
      if (facts === undefined || print === undefined) return undefined;
      lines.push(JSON.stringify([path.slice(top.length).replaceAll("\\", "/").replace(/^\//, ""), facts.size, print]));
    }
  } catch (error) {
    if (isFault(error, "fileUnreadable")) return undefined;
    throw error;
  }
  const sum = digest("sha256");
  sum.update(new TextEncoder().encode(lines.join("\n")));
  return `${VERSION}:${sum.hex()}`;
}

/** The longest folder both are or lie in. */
function shared(one: string, other: string): string {
  let folder = one;
  while (other !== folder && !/^[\\/]/.test(other.startsWith(folder) ? other.slice(folder.length) : " ")) {
    const above = folderOf(folder);
    if (above === folder) return above;
    folder = above;
  }
  return folder;
}
