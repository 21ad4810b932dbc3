import type { GitSha1, Sha256 } from "../util/ids.ts";

/** The requests we make of a hub. Rejects with faults; nothing it throws carries a token. */
export interface HubClient {
  /** Follows renames. */
  model(repository: string, revision: string | undefined, signal: AbortSignal): Promise<HubModel>;
  /** Every file of the commit, over all pages, in the hub's order. */
  files(repository: string, commit: string, signal: AbortSignal): Promise<readonly HubListing[]>;
  /** What the hub's scanners say of these files, a hundred at most; of those they say nothing of, nothing. */
  scans(repository: string, commit: string, paths: readonly string[], signal: AbortSignal): Promise<readonly HubScan[]>;
  /** Names of repositories that hold the words, best first. */
  search(text: string, limit: number, signal: AbortSignal): Promise<readonly string[]>;
  /** One page of what there is. */
  list(query: HubListQuery, signal: AbortSignal): Promise<HubListPage>;
}

/** In the hub's words, as `safe` or `unsafe`. */
export interface HubScan {
  readonly path: string;
  readonly virus?: string;
  readonly pickle?: string;
}

export interface HubListQuery {
  readonly text?: string | undefined;
  readonly author?: string | undefined;
  /** As `gguf`. */
  readonly tags: readonly string[];
  readonly sort: "downloads" | "likes" | "lastModified" | "trendingScore";
  readonly limit: number;
  /** Of the page before. */
  readonly cursor?: string | undefined;
}

export interface HubListPage {
  readonly models: readonly HubListed[];
  /** Absent: there is no more. */
  readonly cursor?: string;
}

export interface HubListed {
  readonly repository: string;
  readonly downloads?: number;
  readonly likes?: number;
  readonly updatedAt?: string;
  readonly task?: string;
  readonly gated: boolean;
  readonly licence?: string;
  readonly tags: readonly string[];
  /** Bytes of its safetensors, as far as their types are told. */
  readonly weightsBytes?: number;
}

export interface HubModel {
  /** `owner/repo`, as it is called now. */
  readonly repository: string;
  readonly commit: GitSha1;
  readonly gated: false | "auto" | "manual";
  /** What its owner asks before giving access. */
  readonly gatedBecause?: string;
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
