import * as vscode from "vscode";
import {
  canFix,
  isSound,
  reportDocument,
  reportWords,
  verifyReport,
  verifySummary,
} from "../../core/present/task-row.ts";
import type { Task } from "../../core/protocol/tasks.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask, VerbResults } from "../ask.ts";
import { viewIds } from "../contributions.ts";
import type { Reading } from "../reading.ts";
import type { Report } from "../report.ts";
import type { Previews } from "./previews.ts";

/** Checks of files: their progress in the view *Models* and the status bar, their reports, and the end of this window's own. */
export interface Checks extends Disposable {
  /** @param names entries; all that are installed where left out */
  start(names: readonly string[] | undefined): Promise<void>;
  showReport(task: Task): Promise<void>;
}

const ended: ReadonlySet<Task["state"]> = new Set(["done", "failed", "cancelled"]);

export function createChecks(deps: {
  readonly ask: Ask;
  readonly tasks: Reading<VerbResults["tasks.list"]>;
  readonly previews: Previews;
  readonly report: Report;
  readonly fix: (task: string) => Promise<void>;
  readonly signal: AbortSignal;
}): Checks {
  const { ask, tasks, previews, report, signal } = deps;
  const scope = createScope();
  const own = new Set<string>();
  let finish: (() => void) | undefined;
  let say: ((message: string) => void) | undefined;

  const showProgress = (summary: string): void => {
    if (summary === "") {
      finish?.();
      [finish, say] = [undefined, undefined];
      return;
    }
    if (finish) return say?.(summary);
    const end = Promise.withResolvers<void>();
    finish = () => end.resolve();
    void vscode.window.withProgress({ location: { viewId: viewIds.models } }, () => end.promise);
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, (progress) => {
      say = (message) => progress.report({ message });
      say(summary);
      return end.promise;
    });
  };
  const showReport = async (task: Task): Promise<void> => {
    const found = verifyReport(task);
    if (!found) return;
    await previews.show({
      title: task.title,
      text: reportDocument(task, found),
      offer: canFix(found) ? { kind: "fix", task: task.id } : { kind: "read" },
    });
  };
  const tell = async (task: Task): Promise<void> => {
    const found = verifyReport(task);
    if (task.state === "failed" && task.reason) return report.trouble(task.reason, `${task.title}:`);
    if (task.state !== "done" || !found) return;
    const [show, fix] = [vscode.l10n.t("Show Report"), vscode.l10n.t("Fix Missing…")];
    const pressed = isSound(found)
      ? await vscode.window.showInformationMessage(`${reportWords(found)}.`, show)
      : await vscode.window.showWarningMessage(`${reportWords(found)}.`, show, ...(canFix(found) ? [fix] : []));
    if (pressed === show) await showReport(task);
    if (pressed === fix) await deps.fix(task.id);
  };
  const look = (): void => {
    const list = tasks.value.tasks;
    showProgress(verifySummary(list));
    for (const task of list) if (ended.has(task.state) && own.delete(task.id)) void tell(task).catch(report.error);
  };
  scope.use(tasks.onChange(look));
  scope.use({ dispose: () => finish?.() });
  look();
  return {
    start: async (names) => {
      const { id } = await ask("maintenance.verify", names === undefined ? {} : { names }, signal);
      own.add(id);
      look();
    },
    showReport,
    dispose: () => scope.dispose(),
  };
}
