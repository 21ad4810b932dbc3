import { isBelow } from "../maintenance/operations/paths.ts";
import { folderOf } from "../downloads/safe-path.ts";
import type { FolderWatch } from "../ports/folder-watch.ts";
import type { Log } from "../ports/log.ts";
import type { Disposable } from "../util/events.ts";

/** Folders that are watched, so many at most: of those that come and go, the one asked for longest ago is let go first. */
export interface WatchedFolders extends Disposable {
  /** Is watched from here on to the end, where there is room. */
  keep(folder: string): void;
  /**
   * Is watched as long as there is room; one that is not there, as soon as the folder it was in says that it came.
   * @returns whether it is from now on, and was not before
   */
  add(folder: string): boolean;
  /** Something changed in it: it may be another folder by now, of the same name, or none. */
  renew(folder: string): void;
}

export function createWatchedFolders(deps: {
  readonly port: FolderWatch;
  readonly log: Pick<Log, "warn">;
  /** Where models lie: above these nothing is watched in place of what is not there. */
  readonly roots: readonly string[];
  /** At most; half of it is for what is kept. */
  readonly most: number;
  /** @param name as `FolderListener.onChange` has it */
  readonly onChange: (folder: string, name: string | undefined) => void;
}): WatchedFolders {
  const { port, log, roots, most, onChange } = deps;
  /** The first is the one asked for longest ago. */
  const watchers = new Map<string, Disposable>();
  const kept = new Set<string>();
  /** Those that were not there. */
  const awaited = new Set<string>();
  let refused = false;
  let ended = false;

  const open = (folder: string): boolean => {
    const watched = port.watch(folder, {
      onChange: (name) => onChange(folder, name),
      onLost: (reason) => {
        watchers.delete(folder);
        tell(folder, reason);
      },
    });
    if (watched.kind === "refused") tell(folder, watched.reason);
    if (watched.kind === "watched") {
      watchers.set(folder, watched);
      awaited.delete(folder);
    }
    return watched.kind !== "absent";
  };
  /** Once: what cannot be watched is seen when it is looked at, and so is all that follows. */
  const tell = (folder: string, reason: string): void => {
    if (refused) return;
    refused = true;
    log.warn(`${folder} is not watched, nor are others perhaps: ${reason}`);
  };
  const makeRoom = (): void => {
    for (const [folder, watcher] of watchers) {
      if (watchers.size <= most) return;
      if (kept.has(folder)) continue;
      watcher.dispose();
      watchers.delete(folder);
    }
  };
  const add = (folder: string): boolean => {
    if (ended) return false;
    const watcher = watchers.get(folder);
    if (watcher) {
      watchers.delete(folder);
      watchers.set(folder, watcher);
    } else if (!open(folder)) {
      if (awaited.size < most) awaited.add(folder);
      const above = folderOf(folder);
      if (above !== folder && roots.some((root) => above === root || isBelow(above, root))) add(above);
    }
    makeRoom();
    return !watcher && watchers.has(folder);
  };
  return {
    keep: (folder) => {
      if (kept.size >= most / 2) return;
      kept.add(folder);
      add(folder);
    },
    add,
    renew: (folder) => {
      const before = watchers.get(folder);
      watchers.delete(folder);
      add(folder);
      // After the other is open: what the system has still to tell of this folder is told to that one.
      before?.dispose();
      for (const one of awaited) if (isBelow(one, folder)) add(one);
    },
    dispose: () => {
      ended = true;
      for (const watcher of watchers.values()) watcher.dispose();
      watchers.clear();
      awaited.clear();
    },
  };
}
