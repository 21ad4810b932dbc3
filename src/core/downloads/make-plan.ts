import type { Files } from "../ports/files.ts";
import type { HubAnalysis } from "../protocol/hub.ts";
import { fault } from "../util/faults.ts";
import type { Place } from "./place.ts";
import type { DownloadPlan } from "./plan.ts";
import { folderOf, safeJoin } from "./safe-path.ts";
import { type Selected, badArguments } from "./select-files.ts";

/**
 * Says where each file goes; touches nothing.
 * @throws FaultError `badArguments` where a repository's path must not become one here, or two would be one
 */
export async function makePlan(
  files: Files,
  analysis: HubAnalysis,
  selected: Selected,
  place: Place,
  force: boolean,
): Promise<DownloadPlan> {
  const known = new Map(analysis.files.map((file) => [file.path, file]));
  const planned = selected.paths.flatMap((path) => {
    const file = known.get(path);
    if (!file) return [];
    return {
      path,
      target: targetOf(place.folder, path),
      sizeBytes: file.sizeBytes,
      ...(file.sha256 !== undefined && { sha256: file.sha256 }),
      ...(file.gitSha1 !== undefined && { gitSha1: file.gitSha1 }),
      primary: file.format !== undefined && file.companionOf === undefined,
    };
  });
  refuseClashes(planned.map((file) => file.target));
  return {
    version: 1,
    provider: analysis.provider,
    repository: analysis.repository,
    revision: analysis.revision,
    commit: analysis.commit,
    variant: selected.variant,
    ...(selected.format !== undefined && { format: selected.format }),
    ...(selected.quantization !== undefined && { quantization: selected.quantization }),
    ...(selected.stem !== undefined && { stem: selected.stem }),
    ...(place.location !== undefined && { location: place.location }),
    root: place.root,
    folder: place.folder,
    madeFolders: await absentFolders(
      files,
      planned.map((file) => folderOf(file.target)),
    ),
    force,
    tags: [...analysis.tags],
    characteristics: [...analysis.characteristics],
    files: planned,
  };
}

function targetOf(folder: string, path: string): string {
  try {
    return safeJoin(folder, path);
  } catch (error) {
    if (error instanceof RangeError) {
      throw fault(
        badArguments("files", `the repository's “${path.slice(0, 80)}” cannot be stored: ${error.message}`),
        error,
      );
    }
    throw error;
  }
}

/** Volumes that do not tell case apart would glue two files together; so would a file named like another's partial. */
function refuseClashes(targets: readonly string[]): void {
  const taken = new Set<string>();
  for (const target of targets) {
    for (const name of [target, `${target}.partial`, `${target}.partial.json`]) {
      const key = name.normalize("NFC").toLowerCase();
      if (taken.has(key))
        throw fault(badArguments("files", `two files of the repository would be one here: ${target}`));
      taken.add(key);
    }
  }
}

/** Outermost first. */
async function absentFolders(files: Files, folders: readonly string[]): Promise<string[]> {
  const absent = new Set<string>();
  const present = new Set<string>();
  for (const start of folders) {
    for (let folder = start; !absent.has(folder) && !present.has(folder); folder = folderOf(folder)) {
      if (await files.stat(folder)) present.add(folder);
      else absent.add(folder);
      if (folder === folderOf(folder)) break;
    }
  }
  return [...absent].toSorted((a, b) => a.length - b.length);
}
