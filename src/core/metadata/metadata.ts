import type { MetadataFound } from "../protocol/metadata.ts";
import type { Event } from "../util/events.ts";

/** What people say of models: descriptions, trigger words, pictures; fetched, set and taken away. */
export interface Metadata {
  /**
   * Asks the hubs, in bulk where they can: by hash first, then by source. Writes beside the file and in the registry, both
   * or neither; what a person wrote stays. Shows as one task of kind `metadata`.
   */
  fetch(names: readonly string[], signal: AbortSignal): Promise<readonly MetadataFound[]>;
  /** What `fetch` brought goes, with the files it wrote; what a person wrote stays. */
  remove(names: readonly string[], signal: AbortSignal): Promise<readonly MetadataFound[]>;
  /** The picture of an entry: a copy beside the model, with a thumbnail; null takes it away. @throws FaultError `formatInvalid` */
  setPreview(name: string, picture: string | null, signal: AbortSignal): Promise<void>;
  /** The README as it was captured, or as the hub has it; undefined where there is none. */
  card(name: string, signal: AbortSignal): Promise<{ readonly markdown: string; readonly from: string } | undefined>;
  readonly onChange: Event<void>;
}
