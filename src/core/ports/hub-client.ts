import type { GitSha1, Sha256 } from "../util/ids.ts";

/** The requests we make of a hub. Rejects with faults; nothing it throws carries a token. */
export interface HubClient {
  /** Follows renames. */
  model(repository: string, revision: string | undefined, signal: AbortSignal): Promise<HubModel>;
  /** Every file of the commit, over all pages, in the hub's order. */
  files(repository: string, commit: string, signal: AbortSignal): Promise<readonly HubListing[]>;
  /** Names of repositories that hold the words, best first. */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly string[]>;
}

export interface HubModel {
  /** `owner/repo`, as it is called now. */
  readonly repository: string;
  readonly commit: GitSha1;
  readonly gated: false | "auto" | "manual";
  readonly private: boolean;
  readonly licence?: string;
  readonly tags: readonly string[];
  /** As `text-generation`, `image-text-to-text`. */
  readonly task?: string;
  readonly library?: string;
  /** Weights, counted by the hub. */
  readonly parameters?: number;
  readonly architecture?: string;
  /** Tokens. */
  readonly context?: number;
}

export interface HubListing {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of large files. */
  readonly sha256?: Sha256;
  /** Of small files. */
  readonly gitSha1?: GitSha1;
}
