import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { FolderWatch, Watched } from "../ports/folder-watch.ts";
import type { Disposable } from "../util/events.ts";
import { nodeFolderWatch } from "./node-folder-watch.ts";

/**
 * Hears that one of the sockets may have come: its folder says so, or the nearest above that is there. Those whose way
 * begins in the home folder or in that for temporary files are heard of only once their own is there: programs write in
 * those all the while, and each time would wake us.
 */
export function watchSockets(
  sockets: readonly string[],
  onCome: () => void,
  folders: FolderWatch = nodeFolderWatch,
): Disposable {
  const watched = new Map<string, Watched>();
  let wanted = new Map<string, Set<string>>();
  const drop = (folder: string): void => {
    const watch = watched.get(folder);
    watched.delete(folder);
    if (watch?.kind === "watched") watch.dispose();
  };
  const arm = (): void => {
    wanted = namesToCome(sockets);
    for (const folder of watched.keys()) if (!wanted.has(folder)) drop(folder);
    for (const folder of wanted.keys())
      if (watched.get(folder)?.kind !== "watched")
        watched.set(
          folder,
          folders.watch(folder, {
            onChange: (name) => {
              const isItself = name === path.basename(folder);
              if (name !== undefined && !isItself && wanted.get(folder)?.has(name) !== true) return;
              // Made anew it is another one, of which the old watch hears nothing.
              if (isItself) drop(folder);
              arm();
              onCome();
            },
            onLost: () => void watched.delete(folder),
          }),
        );
    // What came, or went, after the look and before the watch.
    if ([...namesToCome(sockets).keys()].some((folder) => !wanted.has(folder))) arm();
  };
  arm();
  return {
    dispose: () => {
      for (const folder of watched.keys()) drop(folder);
    },
  };
}

/** Folders that are there, with the names in them that are on the way to a socket. */
function namesToCome(sockets: readonly string[]): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const socket of sockets) {
    let [folder, name] = [path.dirname(socket), path.basename(socket)];
    while (!existsSync(folder) && path.dirname(folder) !== folder)
      [folder, name] = [path.dirname(folder), path.basename(folder)];
    const isOwn = folder === path.dirname(socket);
    if (!isOwn && [os.homedir(), os.tmpdir(), "/tmp"].includes(folder)) continue;
    wanted.set(folder, (wanted.get(folder) ?? new Set()).add(name));
  }
  return wanted;
}
