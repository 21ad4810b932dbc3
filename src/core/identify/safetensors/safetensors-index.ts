/** What `model.safetensors.index.json` says. */
export interface SafetensorsIndex {
  /** Names of the parts, each once, in the order they come. */
  readonly files: readonly string[];
  /** Bytes of all tensors. */
  readonly totalBytes?: number;
}

const MOST_FILES = 10_000;

/** Looks for what it wants rather than building a tree of some 100,000 tensors. undefined where it is no index. */
export function safetensorsIndex(text: string): SafetensorsIndex | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const files = new Set<string>();
  for (const [, file = ""] of text.matchAll(/:\s{0,8}"([^"\\]{1,255}\.safetensors)"/g)) {
    files.add(file);
    if (files.size >= MOST_FILES) break;
  }
  const total = Number(/"total_size"\s{0,8}:\s{0,8}(\d{1,16})(?=[\s,}.])/.exec(text)?.[1] ?? Number.NaN);
  if (files.size === 0 && !Number.isSafeInteger(total)) return undefined;
  return { files: [...files], ...(Number.isSafeInteger(total) && { totalBytes: total }) };
}
