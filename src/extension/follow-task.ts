import * as vscode from "vscode";
import { sizeWords } from "../core/present/units.ts";
import type { Task } from "../core/protocol/tasks.ts";
import type { Ask } from "./ask.ts";
import { failure } from "./failure.ts";

/** Milliseconds between two looks at how far it is. */
const EVERY = 500;

/**
 * Shows how far a task is until it has ended, with a button that cancels it.
 * @returns once it is done, or no longer known. @throws its reason where it failed, CancellationError where it was given up
 */
export async function followTask(
  id: string,
  title: string,
  { ask, signal }: { readonly ask: Ask; readonly signal: AbortSignal },
): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => void ask("tasks.cancel", { ids: [id] }, signal).catch(() => undefined));
    let shown = 0;
    for (;;) {
      const task = (await ask("tasks.list", {}, signal)).tasks.find((one) => one.id === id);
      if (!task || over.has(task.state)) return ended(title, task);
      const { done, total } = task.progress;
      const percent = total !== null && total > 0 ? (100 * done) / total : 0;
      progress.report({ increment: Math.max(0, percent - shown), message: amountWords(task.progress) });
      shown = Math.max(shown, percent);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  });
}

const over: ReadonlySet<Task["state"]> = new Set(["done", "failed", "cancelled"]);

function ended(title: string, task: Task | undefined): void {
  if (task?.state === "cancelled") throw new vscode.CancellationError();
  if (task?.state !== "failed") return;
  const unknown = { code: "unexpected", message: vscode.l10n.t("It did not succeed."), facts: {} };
  throw failure(task.reason ?? unknown, `${title}:`);
}

function amountWords({ done, total, unit }: Task["progress"]): string {
  const words = (count: number): string => (unit === "bytes" ? sizeWords(count) : String(count));
  return total === null ? words(done) : vscode.l10n.t("{0} of {1}", words(done), words(total));
}
