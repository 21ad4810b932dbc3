import { folderOf } from "../../downloads/safe-path.ts";
import type { DiskLook } from "../../ports/disk-look.ts";
import { isBelow, withoutEnd } from "../operations/paths.ts";

const TRASH = ".modeldeck-trash";

/**
 * The folder beside the root that holds what is thrown away from below it: on the same volume, and below none of the
 * roots, as other programs look through those. undefined where there is no such place, or nothing can be put there.
 * @param roots every root there is; each as it is after links were resolved, as `root` is
 */
export async function trashFolder(look: DiskLook, root: string, roots: readonly string[]): Promise<string | undefined> {
  const beside = besideAll(withoutEnd(root), roots.map(withoutEnd));
  if (beside === undefined) return undefined;
  const [from, at] = await Promise.all([look.look(root), look.look(beside)]);
  if (from === undefined || at === undefined || from.device !== at.device) return undefined;
  const trash = `${beside === "/" ? "" : beside}/${TRASH}`;
  const there = await look.look(trash);
  if (there === undefined) return (await look.mayWrite(beside)) ? trash : undefined;
  // Anybody may have put a link there.
  return there.kind === "folder" && (await look.mayWrite(trash)) ? trash : undefined;
}

/** The nearest folder above the root that lies in no root. */
function besideAll(root: string, roots: readonly string[]): string | undefined {
  const above = folderOf(root);
  if (above === root || above === "") return undefined;
  const outer = roots.find((one) => one === above || isBelow(above, one));
  return outer === undefined ? above : besideAll(outer, roots);
}

/** Real root → its trash folder; looked up once each. */
export interface TrashPlaces {
  /** @param root as the settings name it */
  of(root: string): Promise<string | undefined>;
}

export function createTrashPlaces(look: DiskLook, roots: readonly string[]): TrashPlaces {
  const reals = Promise.all(roots.map(async (root) => (await look.resolve(root)) ?? root));
  const places = new Map<string, Promise<string | undefined>>();
  const find = async (root: string): Promise<string | undefined> => {
    const real = await look.resolve(root);
    return real === undefined ? undefined : trashFolder(look, real, await reals);
  };
  return {
    of: (root) => {
      const place = places.get(root) ?? find(root).catch(() => undefined);
      places.set(root, place);
      return place;
    },
  };
}
