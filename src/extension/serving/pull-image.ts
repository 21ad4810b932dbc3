import * as vscode from "vscode";
import { sizeWords } from "../../core/present/units.ts";
import type { Task } from "../../core/protocol/tasks.ts";
import type { Ask } from "../ask.ts";
import type { DeckLink } from "../deck-link.ts";

/** Milliseconds between two looks at how far it is. */
const EVERY = 500;

/** Fetches an image, on a person's word alone, with its progress. @throws Error with the reason where it fails */
export async function pullImage(
  image: string,
  { link, ask, signal }: { readonly link: DeckLink; readonly ask: Ask; readonly signal: AbortSignal },
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Pulling {0}", image),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    const answer = await link.run("images.pull", { image }, signal);
    const id = typeof answer === "object" && answer !== null && "id" in answer ? String(answer.id) : undefined;
    if (id === undefined) return;
    token.onCancellationRequested(() => void ask("tasks.cancel", { ids: [id] }, signal).catch(() => undefined));
    let shown = 0;
    for (;;) {
      const task = (await ask("tasks.list", {}, signal)).tasks.find((one) => one.id === id);
      if (!task || over.has(task.state)) return ended(image, task);
      const { done, total } = task.progress;
      const percent = total !== null && total > 0 ? (100 * done) / total : 0;
      progress.report({ increment: Math.max(0, percent - shown), message: amountWords(done, total) });
      shown = Math.max(shown, percent);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  });
}

const over: ReadonlySet<Task["state"]> = new Set(["done", "failed", "cancelled"]);

/** Returns where it is there; else throws: whoever waits must not go on. */
function ended(image: string, task: Task | undefined): void {
  if (task?.state === "cancelled") throw new vscode.CancellationError();
  if (task?.state === "failed")
    throw new Error(task.reason?.message ?? vscode.l10n.t("{0} could not be pulled.", image));
}

const amountWords = (done: number, total: number | null): string =>
  total === null ? sizeWords(done) : vscode.l10n.t("{0} of {1}", sizeWords(done), sizeWords(total));
