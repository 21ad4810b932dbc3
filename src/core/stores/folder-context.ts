import type { Backend, Characteristic, EntrySource } from "../protocol/models.ts";
import type { FoundFile, StoreKind } from "./found.ts";

/** What a reader of a store knows of models before anyone looks into them. */
export interface FolderContext {
  readonly store: StoreKind;
  /** Of the store; absolute. What names tell is read from the paths below it. */
  readonly root: string;
  /** Repository tail, with `@branch` where that is part of it. Absent: each model goes by its own name. */
  readonly family?: string;
  /** Where the store has a name for people. Absent: made of the family. */
  readonly displayName?: string;
  readonly source?: EntrySource;
  /** Where the store's own program serves them. Absent: told from the files. */
  readonly backend?: Backend;
  readonly servedModelId?: string;
  /** For weights whose format nothing tells. */
  readonly fallbackFormat?: string;
  /** The store's own words. */
  readonly characteristics?: readonly Characteristic[];
  readonly description?: string;
  readonly triggerWords?: readonly string[];
  readonly baseModel?: string;
  readonly preview?: string;
  /** What the store knows of a file without reading it, by absolute path. It is asked for weights and for nothing else. */
  readonly digestOf?: (path: string) => Pick<FoundFile, "sha256" | "gitSha1"> | undefined;
}
