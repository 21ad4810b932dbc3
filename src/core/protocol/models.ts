import type { BackendConfig } from "./editing.ts";
import type { Fit } from "./fit.ts";

/** Plain JSON, as every door hands it out. Sizes in bytes, times as ISO 8601 in UTC. */

export const backends = ["llama.cpp", "ollama", "vllm", "lmdeploy", "mlx", "comfyui", "unassigned"] as const;
export type Backend = (typeof backends)[number];

/** What weights are written in, as far as we know it; stores of other programs may name others. */
export const weightFormats = ["gguf", "safetensors", "pytorch", "onnx", "mlx"] as const;

/** Where a value comes from, most trusted first. */
export const characteristicSources = [
  "person",
  "server",
  "gguf",
  "safetensors",
  "config",
  "template",
  "store",
  "hub",
  "name",
] as const;
export type CharacteristicSource = (typeof characteristicSources)[number];

export interface Characteristic {
  /** One of `characteristicNames`, or what a source says beside them. */
  readonly name: string;
  readonly value: string | number | boolean;
  readonly source: CharacteristicSource;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * The names that filters, badges and pages know. Counts are of tokens, parameters, layers and heads; `kvBytesPerToken` is
 * of an f16 cache; `weightBytes` of the tensors. Of yes and no: text to unsafe.
 */
export const characteristicNames = [
  "architecture",
  "parameters",
  "activeParameters",
  "experts",
  "weightBytes",
  "bitsPerWeight",
  "quantization",
  "context",
  "layers",
  "heads",
  "kvHeads",
  "embedding",
  "vocabulary",
  "kvBytesPerToken",
  "licence",
  "language",
  "task",
  "baseModel",
  "pooling",
  "modelType",
  "text",
  "vision",
  "audio",
  "video",
  "tools",
  "thinking",
  "embeddings",
  "reranker",
  "diffusion",
  "lora",
  "unsafe",
] as const;
export type CharacteristicName = (typeof characteristicNames)[number];

/** The best proof the bytes were checked against: of the source's sha256, of git's sha1, or none was offered. */
export type Proof = "sha256" | "gitSha1" | "unverified";

export interface Entry {
  /** `<family>-<backend>-<format>-<quantization>`, the key. */
  readonly name: string;
  readonly displayName: string;
  readonly layer: "curated" | "discovered";
  readonly family: string;
  readonly backend: Backend;
  readonly format?: string;
  /** Lower case, underscores kept: `q4_k_m`. */
  readonly quantization?: string;
  /** The file a server is given: of a split model, the first part. Absolute. */
  readonly path?: string;
  /** Name of the setting's location it lies in. */
  readonly location?: string;
  readonly sizeBytes?: number;
  /** `missing`: it has a path and nothing is there. `offline`: nor is what its place lies on. `logical`: it never had one. */
  readonly state: "installed" | "missing" | "offline" | "logical";
  readonly proof: Proof;
  readonly source?: EntrySource;
  readonly downloadedAt?: string;
  readonly servedModelId?: string;
  readonly aliases: readonly string[];
  readonly roles: readonly string[];
  /** Role → 0 to 100, lower is preferred. */
  readonly rolePriority: Readonly<Record<string, number>>;
  readonly capabilities: readonly string[];
  readonly deprecated: boolean;
  readonly locked: boolean;
  readonly testing: boolean;
  /** Of each characteristic the value that holds: the most trusted source's. By name. */
  readonly facts: readonly Characteristic[];
  /** Absolute path of its picture. */
  readonly preview?: string;
}

export interface EntrySource {
  readonly provider: "huggingface" | "civitai" | "ollama" | "url";
  /** `owner/repo`, or the address. */
  readonly reference: string;
  /** The commit the files are pinned to. */
  readonly revision?: string;
}

export interface EntryFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  readonly gitSha1?: string;
  readonly proof: Proof;
}

export interface EntryDetails extends Entry {
  /** Digest of the entry as it is here: hand it in with an edit. */
  readonly basis: string;
  readonly backendConfig: BackendConfig;
  /** One argument each. */
  readonly extraArgs: readonly string[];
  readonly notes?: string;
  readonly description?: string;
  /** The curated entry under a discovered one, where they differ: what Reset goes back to. */
  readonly curated?: Readonly<Record<string, unknown>>;
  readonly files: readonly EntryFile[];
  /** Of every source. */
  readonly characteristics: readonly Characteristic[];
  /** What metadata says beside: `triggerWords`, `baseModel`, `civitai`, and the fields of an import we do not know. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Per GPU; empty where the file tells too little. Absent where it was not asked for. */
  readonly fit?: readonly Fit[];
  /** Other places of the same bytes, each proven by its digest. Absent where it was not asked for. */
  readonly places?: readonly Place[];
}

/** Where the same bytes lie. */
export interface Place {
  /** The entry's own file it equals. */
  readonly of: string;
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** True where both are one file on the disk: a hard link, or a link to it. */
  readonly shared: boolean;
  /** The entry it belongs to, where there is one. */
  readonly entry?: string;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Hand it in for the next page; absent on the last. */
  readonly cursor?: string;
  /** Over all pages. */
  readonly total: number;
}

/** What entries can be told apart by. */
export const groupFields = [
  "backend",
  "family",
  "location",
  "role",
  "format",
  "quantization",
  "capability",
  "architecture",
  "licence",
] as const;
export type GroupField = (typeof groupFields)[number];

export interface EntryGroups {
  /** By name; the one of entries without any value has the empty name and comes last. */
  readonly groups: readonly (Tally & { readonly name: string })[];
  /** Hand it in for the next page; absent on the last. */
  readonly cursor?: string;
  /** How many groups there are over all pages. */
  readonly total: number;
  /** How many entries match; one of several roles counts once. */
  readonly entries: number;
}

export interface Tally {
  readonly count: number;
  readonly bytes: number;
}

export interface ModelStats extends Tally {
  readonly byBackend: Readonly<Record<string, Tally>>;
  readonly byFormat: Readonly<Record<string, Tally>>;
  readonly byQuantization: Readonly<Record<string, Tally>>;
  readonly byLocation: Readonly<Record<string, Tally>>;
  readonly byRole: Readonly<Record<string, Tally>>;
}
