import type { GgufTensors } from "./gguf/tensor-sums.ts";
import type { GgufArray } from "./gguf/value.ts";
import { type KnownBytes, createKnownBytes } from "./known-bytes.ts";
import type { QuickTable } from "./safetensors/quick-table.ts";

/** Parts of headers that were read before, for as long as many are read one after the other. */
export interface KnownHeaders {
  /** Lists of texts, as vocabularies, by how many they are. Of little-endian files, and so are the tensors. */
  readonly texts: KnownBytes<GgufArray>;
  /** By how many they are. */
  readonly tensors: KnownBytes<GgufTensors>;
  /** By their length, so that few are compared. */
  readonly tables: KnownBytes<QuickTable>;
}

export const createKnownHeaders = (): KnownHeaders => ({
  texts: createKnownBytes(),
  tensors: createKnownBytes(),
  tables: createKnownBytes(),
});
