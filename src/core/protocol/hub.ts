import type { Fit } from "./fit.ts";
import type { Characteristic } from "./models.ts";

/** Where models come from. */
export const providers = ["huggingface", "civitai", "ollama", "url"] as const;
export type Provider = (typeof providers)[number];

export interface HubFile {
  /** Inside the repository, with slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  /** Git's name of a small file; there is one where there is no sha256. */
  readonly gitSha1?: string;
  /** `gguf`, `safetensors`, `pytorch`, …; absent for files that hold no weights. */
  readonly format?: string;
  readonly quantization?: string;
  /** Files of one split model share it: its path with the part numbers left out. */
  readonly shardGroup?: string;
  /** The weights file or shard group this file goes with, as a projector with its model; `*`: with all there are. */
  readonly companionOf?: string;
  /** Where it is had, of sources whose files have addresses of their own. May redirect; carries no secret. */
  readonly url?: string;
  /** Of no use to a program that loads the model: pictures, training states, examples. Left out unless asked for. */
  readonly optional?: boolean;
  /** What the source's own scanners say against it, as of a pickle; shown before it is fetched. */
  readonly warning?: string;
}

/** What a person picks from: one quantization or variant with all files it needs. */
export interface HubChoice {
  /** As `Q4_K_M · 4.9 GB`; never empty. */
  readonly label: string;
  readonly format: string;
  readonly quantization?: string;
  /** `fp16`, `non_ema`, `pruned`: what its makers call it, where there are several of one model. */
  readonly variant?: string;
  readonly files: readonly string[];
  /** 0: not known before it is fetched, as of Ollama's. */
  readonly sizeBytes: number;
  /** The entry that holds these bytes already. */
  readonly alreadyHere?: string;
  /** Per GPU; absent where nothing was looked into. */
  readonly fit?: readonly Fit[];
}

/** One of the versions that stand side by side, as of Civitai. */
export interface HubVersion {
  /** What `hub.analyze` and `downloads.add` take as the revision. */
  readonly revision: string;
  readonly name: string;
  /** As ISO 8601. */
  readonly publishedAt?: string;
  /** What it was made for, as `SDXL 1.0`. */
  readonly baseModel?: string;
}

export interface HubAnalysis {
  readonly provider: Provider;
  /** As the source spells it now: `owner/repo`, `civitai:<model>`, `ollama:<name>`, or an address. */
  readonly repository: string;
  /** What people call it, where that is not `repository`. */
  readonly title?: string;
  /** What was asked for: a branch, a tag, a commit; of Civitai the version, of Ollama the tag. */
  readonly revision: string;
  /**
   * What downloads are pinned to: the commit (40 hex digits), Civitai's version, the manifest's digest, an ETag. Equal
   * pins are equal files.
   */
  readonly commit: string;
  /** This one and the others, in its source's order, the newest first as a rule; absent where there is one. */
  readonly versions?: readonly HubVersion[];
  readonly files: readonly HubFile[];
  /** The choices there are; smallest first, of Civitai its makers' own first. */
  readonly choices: readonly HubChoice[];
  readonly licence?: string;
  readonly gated: false | "auto" | "manual";
  /** In the source's own terms: what to accept, or until when it is closed. One sentence. */
  readonly gatedBecause?: string;
  readonly private: boolean;
  /** Paths of its README and its licence, for the record. */
  readonly documents?: readonly string[];
  /** Addresses of pictures of it that the rating allows, the best first. */
  readonly pictures?: readonly string[];
  readonly tags: readonly string[];
  readonly characteristics: readonly Characteristic[];
  /** Where the page of it is. */
  readonly page: string;
}

/** One line of a search, before anything of it is fetched. */
export interface HubHit {
  readonly provider: Provider;
  /** What `hub.analyze` and `downloads.add` take. */
  readonly reference: string;
  readonly title: string;
  /** All time, as far as the source counts. */
  readonly downloads?: number;
  readonly likes?: number;
  readonly updatedAt?: string;
  readonly task?: string;
  readonly formats: readonly string[];
  readonly licence?: string;
  readonly gated: boolean;
  /** Of the smallest choice, where the source tells without a further question. */
  readonly sizeBytes?: number;
  /** An entry that came from it. */
  readonly alreadyHere?: string;
  /** Per GPU, by its size alone; absent where that is not told. */
  readonly fit?: readonly Fit[];
}

export const hubSorts = ["downloads", "likes", "updated", "trending"] as const;

export interface HubQuery {
  readonly provider: Provider;
  readonly text?: string | undefined;
  readonly format?: string | undefined;
  readonly author?: string | undefined;
  readonly sort?: (typeof hubSorts)[number] | undefined;
  /** Only what fits some GPU here, as far as the source tells sizes. */
  readonly fits?: boolean | undefined;
  /** At most 100. */
  readonly limit: number;
  /** Of the answer before. */
  readonly cursor?: string | undefined;
}

export interface HubHits {
  readonly hits: readonly HubHit[];
  /** Absent: there is no more. */
  readonly cursor?: string;
  /** What a person should know of this list, as that it is not the whole registry. One sentence. */
  readonly note?: string;
}
