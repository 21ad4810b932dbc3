import { folderOf } from "../downloads/safe-path.ts";
import { readFileName } from "../identify/file-name.ts";
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { NewFiles } from "../protocol/snapshot.ts";
import type { Registry } from "../registry/registry.ts";
import { type Millis, seconds } from "../util/ids.ts";

/** Milliseconds for which a file must have stood still, and been nobody's: a copy takes a while, and so does an undo. */
const SETTLED = seconds(2);
/** As many are followed at most, and so many are looked at of a folder that came. */
const MOST = 1000;
/** Folders in each other that come at once: owner, repository, a store's `snapshots` and revision. */
const DEEP = 4;

/** Weights that came and that no entry names. */
export interface NewFileFinder {
  /** Something came or went there. @returns folders that came, to be watched */
  look(path: string): Promise<readonly string[]>;
  /** What has stood still by now, by folder, each file once. */
  settle(): Promise<readonly NewFiles[]>;
  /** Whether some are not settled yet. */
  readonly isWaiting: boolean;
}

/** @param underWay absolute paths that downloads are about to make */
export function createNewFileFinder(deps: {
  readonly files: Pick<Files, "stat" | "list">;
  readonly clock: Pick<Clock, "now" | "wall">;
  readonly registry: Pick<Registry, "query">;
  readonly underWay: () => ReadonlySet<string>;
}): NewFileFinder {
  const { files, clock, registry, underWay } = deps;
  const waiting = new Map<string, { readonly since: Millis }>();
  const told = new Set<string>();
  const statOf = (path: string) => files.stat(path).catch(() => undefined);

  const look = async (path: string, deep: number, budget: { left: number }): Promise<readonly string[]> => {
    if (budget.left-- <= 0) return [];
    const name = path.slice(folderOf(path).length + 1);
    // Hidden ones hold what programs keep for themselves.
    if (name.startsWith(".") || told.has(path)) return [];
    const kind = (await statOf(path))?.kind;
    if (kind === "file" && readFileName(name).role === "weights" && waiting.size < MOST && !waiting.has(path))
      waiting.set(path, { since: clock.now() });
    if (kind !== "folder" || deep === 0) return [];
    const inside = (await files.list(path).catch(() => undefined)) ?? [];
    const below: string[] = [path];
    for (const item of inside) below.push(...(await look(`${path}/${item.name}`, deep - 1, budget)));
    return below;
  };
  const hasSettled = async (path: string, since: Millis): Promise<"gone" | "moving" | "settled"> => {
    const facts = await statOf(path);
    if (facts?.kind !== "file") return "gone";
    const still = Math.abs(clock.wall() - facts.modified) >= SETTLED;
    return still && clock.now() - since >= SETTLED ? "settled" : "moving";
  };
  return {
    look: (path) => look(path, DEEP, { left: MOST }),
    settle: async () => {
      const settled: string[] = [];
      for (const [path, { since }] of waiting) {
        const state = await hasSettled(path, since);
        if (state !== "moving") waiting.delete(path);
        if (state === "settled") settled.push(path);
      }
      if (settled.length === 0) return [];
      const [coming, known] = [underWay(), await knownAmong(registry, settled)];
      const strange = settled.filter((path) => !coming.has(path) && !known.has(path));
      // What was told is forgotten all at once, long after it mattered.
      if (told.size > 10 * MOST) told.clear();
      for (const path of strange) told.add(path);
      const byFolder = Map.groupBy(strange, folderOf);
      return [...byFolder].map(([folder, all]) => ({ folder, files: all.length }));
    },
    get isWaiting() {
      return waiting.size > 0;
    },
  };
}

/** Those that an entry names, by themselves or with a folder they lie in. */
async function knownAmong(registry: Pick<Registry, "query">, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const places = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const rows = await registry.query(
    `WITH places AS (SELECT value FROM json_each(?))
     SELECT path FROM files WHERE path IN places UNION SELECT path FROM entries WHERE path IN places`,
    [JSON.stringify([...places])],
  );
  const named = new Set(rows.map((row) => String(row["path"])));
  return new Set(paths.filter((path) => [path, ...foldersOf(path)].some((place) => named.has(place))));
}

function foldersOf(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === path ? [] : [folder, ...foldersOf(folder)];
}
