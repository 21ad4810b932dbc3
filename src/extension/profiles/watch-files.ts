import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import { type Scope, createScope } from "../../core/util/scope.ts";
import type { Ask, VerbResults } from "../ask.ts";
import type { Reading } from "../reading.ts";

/** Milliseconds in which what is saved together is heard once. */
const PAUSE = 200;

/** What is read beside a models.conf. */
const beside = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", ".env"];

/**
 * Has the files of profiles read once one of them, or what lies beside it, is changed by whomever: an editor, a terminal,
 * git. The deck itself looks at the disk only when it is asked.
 */
export function watchProfileFiles(deps: {
  readonly ask: Ask;
  readonly profiles: Reading<VerbResults["profiles.list"]>;
  /** The data folder, whose own file is read once there is one. */
  readonly storage: () => string;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
}): Disposable {
  const { ask, profiles, storage, onError, signal } = deps;
  const scope = createScope();
  let watched = "";
  let watching: Scope = createScope();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Whatever is new is told by an event.
      ask("profiles.list", {}, signal).catch((error: unknown) => {
        if (!signal.aborted) onError(error);
      });
    }, PAUSE);
  };
  const follow = (): void => {
    const files = [...new Set([...profiles.value.files, join(storage(), "modeldeck.yaml")])];
    const key = JSON.stringify(files);
    if (key === watched) return;
    watched = key;
    watching.dispose();
    watching = createScope();
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      const own = files.filter((file) => dirname(file) === folder).map((file) => basename(file));
      const names = [...new Set([...own, ...beside])].map(literally);
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), `{${names.join(",")}}`);
      const watcher = watching.use(vscode.workspace.createFileSystemWatcher(pattern));
      watching.use(watcher.onDidChange(look));
      watching.use(watcher.onDidCreate(look));
      watching.use(watcher.onDidDelete(look));
    }
  };
  // From the first answer on: by then the data folder is there.
  scope.use(profiles.onChange(follow));
  scope.use({
    dispose: () => {
      clearTimeout(timer);
      watching.dispose();
    },
  });
  return scope;
}

/** What means something in a pattern stands for any one character. */
const literally = (name: string): string => name.replaceAll(/[*?{}[\],!\\]/g, "?");
