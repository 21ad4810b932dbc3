import type { ScanAsk } from "../ports/scanner.ts";
import type { StoreItem, StoreSight } from "../ports/store-disk.ts";
import type { FolderContext } from "./folder-context.ts";
import type { StoreKind } from "./found.ts";
import { localNotes } from "./hub-names.ts";
import { detectLayout, isOfLayout } from "./layouts/detect-layout.ts";
import { readFolderNames } from "./layouts/repository-folder.ts";
import { leadsAnew } from "./linked-folder.ts";
import { modelsBelow, modelsInFolder } from "./model-folder.ts";
import { orTrouble, unlessBroken } from "./problem-of.ts";
import type { Found, StoreReader } from "./store-reader.ts";

/** Where the hub's tools note what they brought. */
const NOTES = ".cache";
/** Deeper than anyone sorts; a circle that no real path shows ends here at the latest. */
const DEEPEST = 24;

interface Walk {
  readonly ask: ScanAsk;
  readonly sight: StoreSight;
  readonly readers: Readonly<Partial<Record<StoreKind, StoreReader | undefined>>>;
  /** Ends of links that were followed. */
  readonly followed: Set<string>;
}

/**
 * Any folder, whatever lies in it: stores of programs that are known are read as theirs, repositories by their names, and
 * the rest file by file. Hidden folders are passed by, and with them what we threw away.
 */
export const createFolderReader =
  (readers: Walk["readers"]): StoreReader =>
  (ask, sight) =>
    walk(ask.root, [], { ask, sight, readers, followed: new Set() });

function* walk(folder: string, inside: readonly string[], on: Walk): Found {
  const { ask, sight, readers } = on;
  yield undefined;
  const items = sight.disk.list(folder) ?? [];
  const layout = detectLayout(folder, items);
  const reader = layout && readers[layout];
  if (layout && reader) {
    yield* reader({ ...ask, store: layout, root: folder }, sight);
    if (items.every(({ name }) => isOfLayout(layout, name))) return;
  }
  const rest = layout && reader ? items.filter(({ name }) => !isOfLayout(layout, name)) : items;
  const names = readFolderNames(inside, rest);
  if (names.whole) {
    yield* repository(folder, items, names, on);
    return;
  }
  if (rest.some(({ kind }) => kind !== "folder"))
    yield* modelsInFolder(folder, rest, contextOf(ask, names.family), sight);
  if (inside.length >= DEEPEST) return;
  for (const item of rest) {
    if (item.kind !== "folder" && item.kind !== "link") continue;
    const path = folder === "/" ? `/${item.name}` : `${folder}/${item.name}`;
    if (leadsOn(path, item, on)) yield* unlessBroken(path, sight, () => walk(path, [...inside, item.name], on));
  }
}

function repository(
  folder: string,
  items: readonly StoreItem[],
  names: ReturnType<typeof readFolderNames>,
  { ask, sight }: Walk,
): Found {
  const context = contextOf(ask, names.family);
  if (names.repository === undefined) return modelsBelow(folder, context, sight);
  const hasNotes = items.some(({ name }) => name === NOTES);
  const { digestOf, revision } = hasNotes
    ? localNotes(folder, sight.disk)
    : { digestOf: undefined, revision: undefined };
  const reference = names.repository;
  const source = { provider: "huggingface" as const, reference, ...(revision !== undefined && { revision }) };
  return modelsBelow(folder, { ...context, source, ...(digestOf && { digestOf }) }, sight);
}

const contextOf = ({ root, fallbackFormat }: ScanAsk, family: string | undefined): FolderContext => ({
  store: "folder",
  root,
  ...(family !== undefined && { family }),
  ...(fallbackFormat !== undefined && { fallbackFormat }),
});

function leadsOn(path: string, { name, kind }: StoreItem, { ask, sight, followed }: Walk): boolean {
  if (name.startsWith(".")) return false;
  if (kind !== "link") return kind === "folder";
  return orTrouble(path, sight, false, () => {
    const leadsToFolder = sight.disk.stat(path)?.kind === "folder";
    return leadsToFolder && leadsAnew(path, ask.root, followed, sight.disk);
  });
}
