import { type FileNameFacts, readNameIn } from "../identify/file-name.ts";
import type { StoreItem, StoreSight } from "../ports/store-disk.ts";
import { orTrouble } from "./problem-of.ts";

/** A file of a folder, and what its name tells. */
export interface Member {
  readonly path: string;
  readonly name: string;
  readonly facts: FileNameFacts;
}

/** One folder as its models are read from it. */
export interface Place {
  readonly folder: string;
  /** Weights, what goes with them and what loaders read; nothing else. */
  readonly members: readonly Member[];
  /** Of all files, whatever they are. */
  readonly names: ReadonlySet<string>;
  /** Paths of its folders, links to folders among them. */
  readonly folders: readonly { readonly path: string; readonly linked: boolean }[];
}

/** @param root what names are read below: a folder may carry what its files leave out, as the quantization */
export function placeOf(folder: string, items: readonly StoreItem[], root: string, sight: StoreSight): Place {
  const members: Member[] = [];
  const names = new Set<string>();
  const folders: { path: string; linked: boolean }[] = [];
  const inside = `${folder}/`.startsWith(`${root}/`) ? `${folder}/`.slice(root.length + 1) : "";
  for (const { name, kind } of items) {
    const is = kind === "link" ? linkKind(`${folder}/${name}`, sight) : kind;
    if (is === "folder" && !name.startsWith(".")) folders.push({ path: `${folder}/${name}`, linked: kind === "link" });
    if (is !== "file") continue;
    names.add(name);
    const facts = readNameIn(inside, name);
    if (facts.role !== "document" && facts.role !== "other" && !name.startsWith("."))
      members.push({ path: `${folder}/${name}`, name, facts });
  }
  return { folder, members, names, folders };
}

function linkKind(path: string, sight: StoreSight): "file" | "folder" | "other" {
  return orTrouble(path, sight, "other", () => {
    const facts = sight.disk.stat(path);
    if (!facts) sight.trouble(path, "The link leads nowhere. Remove it, or bring back what it leads to.");
    return facts?.kind ?? "other";
  });
}

/** The path below the root; of the root itself, its name. */
export const below = (path: string, root: string): string =>
  path.startsWith(`${root}/`) ? path.slice(root.length + 1) : nameOf(path);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
