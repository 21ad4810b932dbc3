import { folderOf } from "../../downloads/safe-path.ts";

/** Each item under every folder its path lies in. */
export function byFolder<Item>(
  items: readonly Item[],
  pathOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const folders = new Map<string, Item[]>();
  for (const item of items) {
    let path = pathOf(item);
    for (let folder = folderOf(path); folder !== path; path = folder, folder = folderOf(path)) {
      const inside = folders.get(folder);
      if (inside === undefined) folders.set(folder, [item]);
      else inside.push(item);
    }
  }
  return folders;
}

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
