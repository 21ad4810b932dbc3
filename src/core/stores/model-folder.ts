import type { StoreItem, StoreSight } from "../ports/store-disk.ts";
import type { FolderContext } from "./folder-context.ts";
import { type Member, type Place, nameOf, placeOf } from "./folder-files.ts";
import { leadsAnew } from "./linked-folder.ts";
import { weightsModels } from "./place-models.ts";
import { orTrouble, unlessBroken } from "./problem-of.ts";
import type { Found } from "./store-reader.ts";

/** Deeper than any repository goes. */
const DEEPEST = 8;
/** The same weights once more, for other runtimes; of sentence-transformers, every folder. */
const WITH_THEIRS = /^(onnx|openvino|original|coreml|tf|flax|gguf|metal|\d+_[A-Z]\w*)$/;

/**
 * The models of one folder: parts of a split file are one, projectors and drafts go with theirs, a folder with a
 * configuration and weights is one. Sub-folders are looked into only where they belong to such a one (diffusers,
 * sentence-transformers). @param items what lies in the folder, as `disk.list` says; some of it, where only that is asked
 */
export function modelsInFolder(
  folder: string,
  items: readonly StoreItem[],
  context: FolderContext,
  sight: StoreSight,
): Found {
  return remembered(["in", folder, context, subsetOf(folder, items, sight)], context, sight, function* () {
    // What it was read from, too, where it comes from elsewhere.
    sight.disk.list(folder);
    const place = placeOf(folder, items, context.root, sight);
    yield* modelsOf(place, [], context, sight);
  });
}

/** The models of a repository's folder and of all folders below it; what lies at the top serves all. */
export function modelsBelow(folder: string, context: FolderContext, sight: StoreSight): Found {
  return remembered(["below", folder, context], context, sight, () =>
    deeper({ folder, above: [], depth: 0 }, context, sight, new Set()),
  );
}

interface Level {
  readonly folder: string;
  /** Projectors and drafts of the folders above. */
  readonly above: readonly Member[];
  readonly depth: number;
}

/** @param followed where links led to, their ends resolved: never twice */
function* deeper(
  { folder, above, depth }: Level,
  context: FolderContext,
  sight: StoreSight,
  followed: Set<string>,
): Found {
  const place = placeOf(folder, sight.disk.list(folder) ?? [], context.root, sight);
  yield* modelsOf(place, above, context, sight);
  if (place.names.has("model_index.json") || place.names.has("modules.json") || depth >= DEEPEST) return;
  const isFolderModel = place.names.has("config.json") || place.names.has("params.json");
  const mates = [...above, ...place.members.filter(isCompanion)];
  for (const { path, linked } of place.folders) {
    if (isFolderModel && WITH_THEIRS.test(nameOf(path)) && nameOf(path) !== "gguf") continue;
    if (linked && !orTrouble(path, sight, false, () => leadsAnew(path, context.root, followed, sight.disk))) continue;
    yield* unlessBroken(path, sight, () =>
      deeper({ folder: path, above: mates, depth: depth + 1 }, context, sight, followed),
    );
  }
}

function* modelsOf(place: Place, above: readonly Member[], context: FolderContext, sight: StoreSight): Found {
  const isPipeline = place.names.has("model_index.json");
  const isWhole = place.names.has("modules.json") || place.names.has("config.json") || place.names.has("params.json");
  const inner = isPipeline || isWhole ? innerMembers(place, isPipeline, context, sight) : [];
  yield* weightsModels({ place, above, inner, isPipeline }, context, sight);
}

/** Files in the sub-folders that belong to the folder's own model. */
function innerMembers(place: Place, all: boolean, context: FolderContext, sight: StoreSight): readonly Member[] {
  const wanted = place.folders.filter(({ path, linked }) => {
    const takes = all || place.names.has("modules.json") || WITH_THEIRS.test(nameOf(path));
    return takes && !linked && nameOf(path) !== "gguf";
  });
  return wanted.flatMap(({ path }) => {
    const inner = placeOf(
      path,
      orTrouble(path, sight, [], () => sight.disk.list(path) ?? []),
      context.root,
      sight,
    );
    return inner.members;
  });
}

export const isCompanion = ({ facts }: Member): boolean => facts.role === "projector" || facts.role === "draft";

/** undefined where it is all there is. */
function subsetOf(folder: string, items: readonly StoreItem[], { disk }: StoreSight): readonly string[] | undefined {
  return disk.list(folder)?.length === items.length ? undefined : items.map(({ name }) => name);
}

/** Readers of programs' stores make something else of what is found in their folders. */
function remembered(key: readonly unknown[], { store }: FolderContext, sight: StoreSight, read: () => Found): Found {
  return sight.remember?.({ key: JSON.stringify(key), isAnswer: store === "folder" }, read) ?? read();
}
