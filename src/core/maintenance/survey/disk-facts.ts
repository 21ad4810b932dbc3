import { folderOf } from "../../downloads/safe-path.ts";
import type { DiskItem, DiskLook } from "../../ports/disk-look.ts";
import { isFault, reasonOf } from "../../util/faults.ts";
import { isBelow } from "../operations/paths.ts";
import type { DiskFacts, Seen } from "../plan.ts";

export interface FactReader {
  /** Never rejects: what cannot be looked at is `unreadable`. */
  of(path: string): Promise<DiskFacts>;
}

/** @param roots of places that may be on a drive that is not there: what is absent with its root is offline */
export function createFactReader(look: DiskLook, roots: readonly string[]): FactReader {
  const reals = new Map<string, Promise<string | undefined>>();
  const rootsThere = new Map<string, Promise<boolean>>();
  const resolved = (folder: string): Promise<string | undefined> => known(reals, folder, () => look.resolve(folder));
  const isThere = (root: string): Promise<boolean> =>
    known(rootsThere, root, async () => (await look.look(root)) !== undefined);

  const absent = async (path: string): Promise<DiskFacts> => {
    const root = innermost(roots, path);
    return root === undefined || (await isThere(root)) ? { kind: "absent" } : { kind: "offline" };
  };
  /** A link is resolved whole; of anything else only the folders above it, once for all that lie there. */
  const realOf = async (path: string, item: DiskItem): Promise<string | undefined> => {
    if (item.kind === "link") return look.resolve(path);
    const folder = folderOf(path);
    if (folder === path) return path;
    const real = await resolved(folder);
    return real === undefined
      ? undefined
      : `${real.replace(/[\\/]$/, "")}${path.slice(folder.length).replace(/^(?![\\/])/, "/")}`;
  };
  const found = async (path: string): Promise<DiskFacts> => {
    const item = await look.look(path);
    if (item === undefined) return absent(path);
    if (item.kind === "other") return { kind: "unreadable", reason: "it is neither file nor folder" };
    const real = await realOf(path, item);
    if (real === undefined)
      return item.kind === "link" ? absent((await look.target(path)) ?? path) : { kind: "absent" };
    const facts = { kind: item.kind, seen: seenOf(item), names: item.names, real };
    return item.kind === "folder" ? { ...facts, items: (await look.list(path))?.length ?? 0 } : facts;
  };
  return {
    of: async (path) => {
      try {
        return await found(path);
      } catch (error) {
        return { kind: "unreadable", reason: reasonIn(error) };
      }
    },
  };
}

export const seenOf = ({ size, modified, identity }: DiskItem): Seen => ({ size, modified, identity });

/** The innermost of the roots that is the path, or that it lies below. */
export const innermost = (roots: readonly string[], path: string): string | undefined =>
  roots
    .filter((root) => root === path || isBelow(path, root))
    .reduce<string | undefined>(
      (best, root) => (best === undefined || root.length > best.length ? root : best),
      undefined,
    );

/** What a fault of the disk says, without the path. */
export const reasonIn = (error: unknown): string =>
  isFault(error, "fileUnreadable") ? error.fault.reason : reasonOf(error);

function known<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const one = all.get(key) ?? make();
  all.set(key, one);
  return one;
}
