import { type FSWatcher, watch } from "node:fs";
import type { FolderWatch } from "../ports/folder-watch.ts";
import { reasonOf } from "../util/faults.ts";

export const nodeFolderWatch: FolderWatch = {
  watch: (folder, { onChange, onLost }) => {
    let watcher: FSWatcher;
    try {
      // Each is a handle of its own, which keeps no process alive.
      watcher = watch(folder, { persistent: false, recursive: false });
    } catch (error) {
      return isAbsent(error) ? { kind: "absent" } : { kind: "refused", reason: reasonOf(error) };
    }
    watcher.on("change", (kind, name) => {
      // The other kind is a file that is written to, many times a second.
      if (kind === "rename") onChange(name?.toString());
    });
    watcher.on("error", (error) => {
      watcher.removeAllListeners("change");
      watcher.close();
      onLost(reasonOf(error));
    });
    return {
      kind: "watched",
      dispose: () => {
        watcher.removeAllListeners("change");
        watcher.close();
      },
    };
  },
};

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
