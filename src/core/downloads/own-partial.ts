import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import { extentSize } from "./engine/extents.ts";
import { partialPath, sidecarPath } from "./sidecar.ts";

export interface PartialOf {
  readonly sizeBytes: number;
  /** When the download was added, in milliseconds since 1970. */
  readonly since?: number | undefined;
}

/** Milliseconds: some volumes tell times in steps of two seconds. */
const COARSE = 2000;

/**
 * Whether what has the name of a target's partial file may be ours: its record lies beside it, or there is nothing in it.
 * A file that one request brings has no record until it is stopped: that one is ours where it was written since it was
 * asked for.
 */
export async function isOwnPartial(
  files: Pick<Files, "stat">,
  target: string,
  { sizeBytes, since }: PartialOf,
): Promise<boolean> {
  if ((await files.stat(sidecarPath(target)))?.kind === "file") return true;
  const there = await files.stat(partialPath(target));
  if (!there || there.size === 0) return true;
  return sizeBytes <= extentSize(sizeBytes) && there.modified >= (since ?? 0) - COARSE;
}

/** Another program's file of that name makes way under another one: nothing of it counts, and it stays. */
export async function keepOthers(
  { files, partials, clock }: { readonly files: Files; readonly partials: PartialFiles; readonly clock: Clock },
  job: PartialOf & { readonly target: string },
): Promise<void> {
  if (await isOwnPartial(files, job.target, job)) return;
  const path = partialPath(job.target);
  await partials.rename(path, `${path}.other-${new Date(clock.wall()).toISOString().replaceAll(/[:.]/g, "-")}`);
}
