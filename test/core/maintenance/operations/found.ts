import type { FoundModel, StoreKind, StoreReport } from "../../../../src/core/stores/found.ts";

/** Found things by hand, for tests that care for one or two of their fields. */

const NOW = Date.UTC(2026, 10, 20);

export const foundFile = (path: string, size = 4, more: Partial<FoundModel["files"][number]> = {}) => ({
  path,
  sizeBytes: size,
  modified: NOW,
  identity: path,
  ...more,
});

/** `Tiny` of llama.cpp in Q4_K_M, one file at the path. */
export const foundModel = (path: string, more: Partial<FoundModel> = {}): FoundModel => ({
  store: "folder",
  family: "Tiny",
  displayName: "Tiny (Q4_K_M)",
  backend: "llama.cpp",
  format: "gguf",
  quantization: "Q4_K_M",
  path,
  files: [foundFile(path)],
  characteristics: [],
  ...more,
});

export const report = (
  root: string,
  models: readonly FoundModel[],
  more: Partial<StoreReport> & { readonly store?: StoreKind } = {},
): StoreReport => ({
  store: "folder",
  root,
  models,
  problems: [],
  folders: 1,
  unchanged: 0,
  files: models.length,
  ...more,
});
