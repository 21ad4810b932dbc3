import type { DeckEvent, NewFiles } from "../../core/protocol/snapshot.ts";

/** Weights that came into a folder and that no entry names: a row that offers to scan it. */
export type NewFilesNode = { readonly kind: "newFiles" } & NewFiles;

export interface FreshFiles {
  readonly hear: (event: DeckEvent) => void;
  readonly seen: (folder: string) => void;
  nodes(): NewFilesNode[];
}

/** Rows at most; a scan of a location finds all that is in it. */
const MOST = 5;

export function createNewFiles(onChange: () => void): FreshFiles {
  /** Folder → how many files. */
  const fresh = new Map<string, number>();
  return {
    hear: (event) => {
      if (event.kind === "newFiles") fresh.set(event.folder, (fresh.get(event.folder) ?? 0) + event.files);
      // Whatever was done, a scan as likely as not; what no entry names still is found by the next one.
      else if (event.kind !== "history" || fresh.size === 0) return;
      else fresh.clear();
      onChange();
    },
    seen: (folder) => {
      if (fresh.delete(folder)) onChange();
    },
    nodes: () => [...fresh].slice(-MOST).map(([folder, files]) => ({ kind: "newFiles", folder, files })),
  };
}
