import { withoutEnd } from "../maintenance/operations/paths.ts";
import { folderOf } from "../downloads/safe-path.ts";
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import type { FolderWatch } from "../ports/folder-watch.ts";
import type { Log } from "../ports/log.ts";
import type { NewFiles } from "../protocol/snapshot.ts";
import { SYNTHETIC } from "../registry/presence.ts";
import type { Registry } from "../registry/registry.ts";
import { createEmitter } from "../util/events.ts";
import { millis, seconds } from "../util/ids.ts";
import { createScope } from "../util/scope.ts";
import { createNewFileFinder } from "./new-files.ts";
import { createWatchedFolders } from "./watched-folders.ts";
import type { Watching } from "./watching.ts";

/** Folders at most: a system has some thousands for all that watch, and each costs it a little memory. */
const MOST = 256;
/** Names of one folder that are looked at one by one; of more, the whole folder is, and then so many are looked at as new. */
const ONE_BY_ONE = 32;
const NAMES = 1000;
/** What changes together is looked at together. */
const TOGETHER = millis(300);
const AGAIN = seconds(1);

export function createWatching(deps: {
  readonly registry: Pick<Registry, "query" | "lookBelow">;
  readonly folderWatch: FolderWatch;
  readonly files: Pick<Files, "stat" | "list">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn" | "error">;
  /** Folders models lie in; they are watched themselves, and so are the owners' folders in them. */
  readonly roots: readonly string[];
  readonly underWay: () => ReadonlySet<string>;
}): Watching {
  const { registry, files, clock, log } = deps;
  const roots = deps.roots.map(withoutEnd);
  const scope = createScope();
  const news = scope.use(createEmitter<NewFiles>());
  const finder = createNewFileFinder(deps);
  let changed = new Map<string, Changed>();
  let shown = new Set<string>();
  let isRooted = false;
  let isAtWork = false;

  const onChange = (folder: string, name: string | undefined): void => {
    const { names, isAll } = changed.get(folder) ?? { names: new Set(), isAll: false };
    const isItself = name === folder.slice(folderOf(folder).length + 1);
    if (name !== undefined && !isItself && names.size < NAMES) names.add(name);
    changed.set(folder, { names, isAll: isAll || name === undefined || isItself || names.size > ONE_BY_ONE });
    void work();
  };
  const folders = scope.use(createWatchedFolders({ port: deps.folderWatch, log, roots, most: MOST, onChange }));

  const watchRoots = async (): Promise<void> => {
    if (isRooted) return;
    isRooted = true;
    for (const root of roots) {
      folders.keep(root);
      for (const { name, kind } of (await files.list(root).catch(() => undefined)) ?? [])
        if (kind === "folder" && !name.startsWith(".") && !scope.signal.aborted) folders.keep(`${root}/${name}`);
    }
  };
  const round = async (): Promise<void> => {
    await watchRoots();
    const [now, pages] = [changed, shown];
    [changed, shown] = [new Map(), new Set()];
    if (scope.signal.aborted) return;
    // What changed between the page and the watch is found out now.
    const fresh = [...pages].filter((folder) => folders.add(folder));
    for (const folder of now.keys()) folders.renew(folder);
    const paths = [...now].flatMap(([folder, { names, isAll }]) =>
      isAll ? folder : [...names].map((one) => `${folder}/${one}`),
    );
    paths.push(...fresh);
    if (paths.length > 0) await registry.lookBelow(paths);
    for (const [folder, { names }] of now)
      for (const name of names) for (const one of await finder.look(`${folder}/${name}`)) folders.add(one);
    for (const one of await finder.settle()) news.fire(one);
  };
  const isDue = (): boolean => changed.size > 0 || shown.size > 0;
  /** One round at a time, each a while after what gave cause to it. */
  const work = async (): Promise<void> => {
    if (isAtWork) return;
    isAtWork = true;
    try {
      while (isDue() || finder.isWaiting) {
        await clock.sleep(isDue() ? TOGETHER : AGAIN, scope.signal);
        await round();
      }
    } catch (error) {
      if (!scope.signal.aborted) log.error("what changed in watched folders could not be looked at", error);
    } finally {
      isAtWork = false;
    }
  };
  return {
    shown: (entries) => {
      for (const { path } of entries) if (path !== undefined && !path.startsWith(SYNTHETIC)) shown.add(folderOf(path));
      if (isDue()) void work();
    },
    onNewFiles: news.event,
    dispose: () => scope.dispose(),
  };
}

/** What came or went in a folder. */
interface Changed {
  readonly names: Set<string>;
  /** More than is named. */
  readonly isAll: boolean;
}
