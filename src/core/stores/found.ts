import type { ModelShape } from "../identify/shape.ts";
import type { Backend, Characteristic, EntrySource } from "../protocol/models.ts";

/** The programs whose stores are read; `folder`: any folder, whatever layouts it holds. */
export const storeKinds = ["folder", "huggingface", "ollama", "lmstudio", "invokeai", "comfyui"] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface FoundFile {
  /** Absolute; where a store links, the name in its tree (`snapshots/…`), not the blob's. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Whole milliseconds since 1970. */
  readonly modified: number;
  /** Device and inode in one word, as `Files.stat` has it. */
  readonly identity: string;
  /** Where the store itself knows it, as Ollama's and the HF cache's names of blobs; unproven until hashed. */
  readonly sha256?: string;
  readonly gitSha1?: string;
}

/** One model as a store holds it: what an import would add. Plain data. */
export interface FoundModel {
  readonly store: StoreKind;
  /** As `NewEntry.family`: repository tail, with `@branch` where that is part of its folder's name. */
  readonly family: string;
  readonly displayName: string;
  readonly backend: Backend;
  readonly format?: string;
  readonly quantization?: string;
  /** What a server is given: a file, of a split model the first part; a folder for layouts that are served by folder. */
  readonly path: string;
  /** Weights first, then what goes with them (projector, config, tokenizer). */
  readonly files: readonly FoundFile[];
  /** Where no file of ours tells it, as of a server's list. */
  readonly sizeBytes?: number;
  readonly source?: EntrySource;
  /** `name:tag` of Ollama. */
  readonly servedModelId?: string;
  readonly characteristics: readonly Characteristic[];
  readonly shape?: ModelShape;
  readonly description?: string;
  readonly triggerWords?: readonly string[];
  readonly baseModel?: string;
  /** Absolute path of a picture that lies beside it or that its store keeps. */
  readonly preview?: string;
}

/** One path that could not be read or understood; the scan goes on. */
export interface StoreProblem {
  readonly path: string;
  /** A sentence for people, with what to do where there is something. */
  readonly problem: string;
}

export interface StoreReport {
  readonly store: StoreKind;
  /** Absolute. */
  readonly root: string;
  /** By path. */
  readonly models: readonly FoundModel[];
  readonly problems: readonly StoreProblem[];
  /** Folders that were walked, and of those how many were known and unchanged. */
  readonly folders: number;
  readonly unchanged: number;
  /** Files that were seen. */
  readonly files: number;
}
