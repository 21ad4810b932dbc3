import type { Fit } from "./fit.ts";
import type { Characteristic } from "./models.ts";

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
}

/** What a person picks from: one quantization or variant with all files it needs. */
export interface HubChoice {
  /** As `Q4_K_M · 4.9 GB`; never empty. */
  readonly label: string;
  readonly format: string;
  readonly quantization?: string;
  readonly files: readonly string[];
  readonly sizeBytes: number;
  /** The entry that holds these bytes already. */
  readonly alreadyHere?: string;
  /** Per GPU; absent where nothing was looked into. */
  readonly fit?: readonly Fit[];
}

export interface HubAnalysis {
  readonly provider: "huggingface";
  /** `owner/repo`, as the hub spells it now. */
  readonly repository: string;
  /** What was asked for: a branch, a tag, a commit. */
  readonly revision: string;
  /** The commit that is, 40 hex digits. Downloads are pinned to it. */
  readonly commit: string;
  readonly files: readonly HubFile[];
  /** The choices there are; smallest first. */
  readonly choices: readonly HubChoice[];
  readonly licence?: string;
  readonly gated: false | "auto" | "manual";
  readonly private: boolean;
  readonly tags: readonly string[];
  readonly characteristics: readonly Characteristic[];
  /** Where the page of it is. */
  readonly page: string;
}
