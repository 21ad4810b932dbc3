import { endsLikeWeights, readFileName } from "../identify/file-name.ts";
import type { StoreDisk } from "../ports/store-disk.ts";
import type { FoundFile } from "./found.ts";

/** Blobs of Ollama and of the HF cache: named by their digest alone. */
const BLOB = /^(sha256-)?[0-9a-f]{64}$/;

/**
 * Model files below the roots that have one of the sizes, each file of the disk once. Links to folders are not followed:
 * what they lead to has a root of its own, or is none of ours. undefined: a breath.
 */
export function* filesWithSizes(
  roots: readonly string[],
  sizes: ReadonlySet<number>,
  disk: Pick<StoreDisk, "list" | "stat">,
): Iterable<FoundFile | undefined> {
  const told = new Set<string>();
  const folders = Array.from(new Set(roots), (root) => root.replace(/(?<=.)\/+$/, ""));
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    yield undefined;
    for (const { name, kind } of unlessUnreadable(() => disk.list(folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (kind === "folder") folders.push(path);
      if (kind === "folder" || kind === "other" || !isModelFile(name)) continue;
      const facts = unlessUnreadable(() => disk.stat(path));
      if (facts?.kind !== "file" || !sizes.has(facts.size) || told.has(path)) continue;
      told.add(path);
      yield { path, sizeBytes: facts.size, modified: facts.modified, identity: facts.identity };
    }
  }
}

const isModelFile = (name: string): boolean =>
  BLOB.test(name) || (endsLikeWeights(name) && readFileName(name).format !== undefined);

/** undefined where it may not be looked at. */
export function unlessUnreadable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
