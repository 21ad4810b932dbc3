import type { Trouble } from "./downloads.ts";

/** Plain JSON. */

export const metadataSources = ["civitai", "huggingface"] as const;
export type MetadataSource = (typeof metadataSources)[number];

/** What was found for one entry. */
export interface MetadataFound {
  readonly entry: string;
  /** Absent where nobody knows it. */
  readonly from?: MetadataSource;
  /** The page of it, where there is one. */
  readonly page?: string;
  /** What it brought: `description`, `triggerWords`, `preview`, `baseModel`, `licence`, … as the entry names them. */
  readonly fields: readonly string[];
  /** Files written beside the model, absolute. */
  readonly written: readonly string[];
  readonly reason?: Trouble;
}

/** What changed upstream since an entry was fetched. */
export interface UpdateReport {
  readonly entry: string;
  readonly repository: string;
  /** Commits; `here` is absent where it was never recorded. */
  readonly here?: string;
  readonly there?: string;
  /** What it follows, where that is not the main branch. */
  readonly branch?: string;
  /** `current`: the same bytes, whatever the commit. `changed`: some differ. `gone`: no longer there. `unknown`: see reason. */
  readonly state: "current" | "changed" | "gone" | "unknown";
  /** What the change touches, worst first: weights, template, config, document. */
  readonly touches: readonly ("weights" | "template" | "config" | "document")[];
  readonly files: readonly {
    /** In the repository. */
    readonly path: string;
    readonly change: "changed" | "added" | "removed";
    readonly sizeBytes: number;
  }[];
  /** To fetch: changed and added files that this entry needs. */
  readonly bytes: number;
  readonly reason?: Trouble;
}

/** The collection so that another machine can have the same: a file a person keeps under version control. */
export interface Lockfile {
  readonly version: 1;
  readonly models: readonly LockedModel[];
}

export interface LockedModel {
  readonly name: string;
  readonly provider: string;
  readonly reference: string;
  /** The commit. */
  readonly revision?: string;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number; readonly sha256?: string }[];
  /** The section of models.conf that serves it, and its text. */
  readonly profile?: { readonly id: string; readonly text: string };
}

export interface LockfileOutcome {
  readonly path: string;
  readonly models: number;
  /** Of an import: entries that are here with the very bytes. */
  readonly here: readonly string[];
  /** Ids of downloads that were queued. */
  readonly downloads: readonly string[];
  /** Entries left out, and why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Of an import: sections of models.conf that served the models; offered, not written. */
  readonly profiles?: readonly { readonly model: string; readonly id: string; readonly text: string }[];
}
