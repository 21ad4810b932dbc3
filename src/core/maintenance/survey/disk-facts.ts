import { folderOf } from "../../downloads/safe-path.ts";
import type { DiskItem, DiskLook, Looked } from "../../ports/disk-look.ts";
import { isFault, reasonOf } from "../../util/faults.ts";
import { mapAtOnce } from "../at-once.ts";
import type { Breath } from "../breath.ts";
import { isBelow } from "../operations/paths.ts";
import type { DiskFacts, Seen } from "../plan.ts";
import { each, steadily } from "../slices.ts";

export interface FactReader {
  /** Never rejects: what cannot be looked at is `unreadable`. */
  of(path: string): Promise<DiskFacts>;
  /** The same of many, in their order. Rejects when it is cancelled. */
  ofAll(paths: readonly string[], breath: Breath, signal: AbortSignal): Promise<readonly DiskFacts[]>;
}

/** @param roots of places that may be on a drive that is not there: what is absent with its root is offline */
export function createFactReader(look: DiskLook, roots: readonly string[]): FactReader {
  const reals = createOnce((folder) => look.resolve(folder));
  const rootsThere = createOnce(async (root) => (await look.look(root)) !== undefined);

  const absent = async (path: string): Promise<DiskFacts> => {
    const root = innermost(roots, path);
    return root === undefined || (await rootsThere.of(root)) ? { kind: "absent" } : { kind: "offline" };
  };
  /** A link is resolved whole; of anything else only the folders above it, once for all that lie there. */
  const realOf = async (path: string, item: DiskItem): Promise<string | undefined> => {
    if (item.kind === "link") return look.resolve(path);
    const folder = folderOf(path);
    if (folder === path) return path;
    const real = await reals.of(folder);
    return real === undefined ? undefined : within(real, path, folder);
  };
  const found = async (path: string, item: DiskItem | undefined): Promise<DiskFacts> => {
    if (item === undefined) return absent(path);
    if (item.kind === "other") return { kind: "unreadable", reason: "it is neither file nor folder" };
    const real = await realOf(path, item);
    if (real === undefined)
      return item.kind === "link" ? absent((await look.target(path)) ?? path) : { kind: "absent" };
    const facts = { kind: item.kind, seen: seenOf(item), names: item.names, real };
    return item.kind === "folder" ? { ...facts, items: (await look.list(path))?.length ?? 0 } : facts;
  };
  /** By what is known already; undefined where something must be asked. */
  const fileNow = (path: string, item: DiskItem): DiskFacts | undefined => {
    const folder = folderOf(path);
    const real = reals.now(folder);
    return folder === path || real === undefined
      ? undefined
      : { kind: "file", seen: seenOf(item), names: item.names, real: within(real, path, folder) };
  };
  const absentNow = (path: string): DiskFacts | undefined => {
    const root = innermost(roots, path);
    const isRootThere = root === undefined || rootsThere.now(root);
    return isRootThere === undefined ? undefined : { kind: isRootThere ? "absent" : "offline" };
  };
  const told = async (path: string, looked: Promise<DiskItem | undefined> | Looked): Promise<DiskFacts> => {
    try {
      const item = await looked;
      return item?.kind === "unreadable" ? item : await found(path, item);
    } catch (error) {
      return { kind: "unreadable", reason: reasonIn(error) };
    }
  };
  return {
    of: (path) => told(path, look.look(path)),
    ofAll: async (paths, breath, signal) => {
      const items = await look.lookAtAll(paths, signal);
      const [folders, above] = [new Set<string>(), new Set<string>()];
      await steadily(
        each(paths.entries(), ([index, path]) => {
          const item = items[index];
          const root = item === undefined ? innermost(roots, path) : undefined;
          if (root !== undefined) above.add(root);
          if (item?.kind === "file") folders.add(folderOf(path));
        }),
        breath,
      );
      // What fails here fails again, and is told, at each path it concerns.
      await mapAtOnce([...above], signal, (root) => rootsThere.of(root).catch(() => undefined));
      await mapAtOnce([...folders], signal, (folder) => reals.of(folder).catch(() => undefined));
      const facts: DiskFacts[] = [];
      const left: number[] = [];
      await steadily(
        each(paths.entries(), ([index, path]) => {
          const item = items[index];
          const plain = item?.kind === "file" ? fileNow(path, item) : item === undefined ? absentNow(path) : undefined;
          if (plain) facts[index] = plain;
          else left.push(index);
        }),
        breath,
      );
      await mapAtOnce(left, signal, async (index) => {
        facts[index] = await told(paths[index] ?? "", items[index]);
      });
      return facts;
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

/** The path with its folder resolved. */
const within = (real: string, path: string, folder: string): string =>
  `${real.replace(/[\\/]$/, "")}${path.slice(folder.length).replace(/^(?![\\/])/, "/")}`;

interface Once<T> {
  of(key: string): Promise<T>;
  /** What it came to, where that is known. */
  now(key: string): T | undefined;
}

/** Asks once for each key. */
function createOnce<T>(ask: (key: string) => Promise<T>): Once<T> {
  const asked = new Map<string, Promise<T>>();
  const known = new Map<string, T>();
  return {
    now: (key) => known.get(key),
    of: (key) => {
      const answer =
        asked.get(key) ??
        ask(key).then((value) => {
          known.set(key, value);
          return value;
        });
      asked.set(key, answer);
      return answer;
    },
  };
}
