import type { StoreItem, StoreSight } from "../ports/store-disk.ts";
import type { FolderContext } from "./folder-context.ts";
import type { Found } from "./store-reader.ts";

/**
 * The models of one folder: parts of a split file are one, projectors and drafts go with theirs, a folder with a
 * configuration and weights is one. Sub-folders are looked into only where they belong to such a one (diffusers,
 * sentence-transformers). @param items what lies in the folder, as `disk.list` says
 */
export declare function modelsInFolder(
  folder: string,
  items: readonly StoreItem[],
  context: FolderContext,
  sight: StoreSight,
): Found;

/** The models of a repository's folder and of all folders below it; what lies at the top serves all. */
export declare function modelsBelow(folder: string, context: FolderContext, sight: StoreSight): Found;
