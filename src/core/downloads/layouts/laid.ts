import type { Files } from "../../ports/files.ts";
import type { Links } from "../../ports/links.ts";
import type { HubAnalysis } from "../../protocol/hub.ts";
import { fault } from "../../util/faults.ts";
import type { DiskQuestions } from "../disk-questions.ts";
import type { Place } from "../place.ts";
import type { DownloadPlan } from "../plan.ts";
import { safeJoin } from "../safe-path.ts";
import { type Selected, badArguments } from "../select-files.ts";

/** Names for the files of one set, as the layout of their place has them. */
export interface Laid {
  /** Absolute: nothing of the set lies outside. */
  readonly root: string;
  readonly folder: string;
  /** Path inside the repository → where it goes. A file that is not among them stays away. */
  readonly names: ReadonlyMap<string, LaidFile>;
  readonly marks?: DownloadPlan["marks"];
}

export interface LaidFile {
  readonly target: string;
  readonly alias?: string;
  readonly aliased?: true;
}

export interface LayoutPorts {
  readonly files: Files;
  readonly links: Links;
  /** Absent: disks are waited for. */
  readonly disks?: Pick<DiskQuestions, "ask">;
}

/** What is to be laid out, and where. */
export interface Laying {
  readonly place: Place;
  readonly analysis: HubAnalysis;
  readonly selected: Selected;
  /** The paths were named one by one, rather than chosen as a model. */
  readonly named: boolean;
  readonly subfolder?: string | undefined;
  /** Of ComfyUI: files that name further folders. */
  readonly extraPaths?: readonly string[] | undefined;
}

/** A path of a repository below a folder of ours. @throws FaultError `badArguments` where it must not become one */
export function nameBelow(folder: string, path: string): string {
  try {
    return safeJoin(folder, path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const problem = `the repository's “${path.slice(0, 80)}” cannot be stored: ${error.message}`;
    throw fault(badArguments("files", problem), error);
  }
}

export const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const isFolder = async (files: Pick<Files, "stat">, path: string): Promise<boolean> =>
  (await files.stat(path).catch(() => undefined))?.kind === "folder";
