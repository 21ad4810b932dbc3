import type { Files } from "../ports/files.ts";
import type { Links } from "../ports/links.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { DownloadPlan } from "./plan.ts";

export interface PublishPorts {
  readonly files: Files;
  readonly links: Links;
  readonly partials: PartialFiles;
}

/**
 * Gives a set whose files are all there what else its layout asks for, before its entry is committed: aliases, then marks,
 * then links in other programs' folders. Repeating it changes nothing. A link that cannot be made takes nothing from the
 * set: it is told, with what was done instead.
 */
export type PublishSet = (plan: DownloadPlan, signal: AbortSignal) => Promise<readonly Trouble[]>;
