import * as vscode from "vscode";
import type { MaintenanceCommandId } from "../contributions/maintenance-commands.ts";
import type { Handlers, Workshop } from "./handlers.ts";
import { showTrash } from "./past-commands.ts";
import { asPastNode } from "./past-node.ts";
import { clearTasks, moveTask, pickTasksAndDo, showTasks } from "./task-commands.ts";

type PastCommandId = Extract<
  MaintenanceCommandId,
  | `modelDeck.history.${string}`
  | `modelDeck.backups.${string}`
  | `modelDeck.trash.${string}`
  | "modelDeck.row.undo"
  | "modelDeck.row.redo"
  | "modelDeck.row.steps"
  | "modelDeck.row.restore"
  | "modelDeck.row.emptyTrash"
>;

/** History, backups and trash. */
export function pastHandlers({ ask, past, signal }: Workshop): Handlers<PastCommandId> {
  return {
    "modelDeck.history.list": () => focus("history"),
    "modelDeck.history.undo": () => past.undo(undefined),
    "modelDeck.history.redo": () => past.redo(undefined),
    "modelDeck.backups.list": () => focus("backups"),
    "modelDeck.backups.create": () => past.backUp(),
    "modelDeck.backups.restore": () => past.restore(undefined),
    "modelDeck.trash.list": () => showTrash(ask, signal),
    "modelDeck.trash.empty": () => past.emptyTrash(),
    "modelDeck.row.undo": onPast((id) => past.undo(id)),
    "modelDeck.row.redo": onPast((id) => past.redo(id)),
    "modelDeck.row.steps": onPast((id) => past.steps(id)),
    "modelDeck.row.restore": onPast((id) => past.restore(id)),
    "modelDeck.row.emptyTrash": () => past.emptyTrash(),
  };
}

type TaskCommandId = Extract<MaintenanceCommandId, `modelDeck.tasks.${string}`>;

/** Background work. */
export function taskHandlers({ ask, checks, signal }: Workshop): Handlers<TaskCommandId> {
  return {
    "modelDeck.tasks.list": () => showTasks(ask, (task) => checks.showReport(task), signal),
    "modelDeck.tasks.pause": () => pickTasksAndDo("pause", ask, signal),
    "modelDeck.tasks.resume": () => pickTasksAndDo("resume", ask, signal),
    "modelDeck.tasks.cancel": () => pickTasksAndDo("cancel", ask, signal),
    "modelDeck.tasks.retry": () => pickTasksAndDo("retry", ask, signal),
    "modelDeck.tasks.remove": () => pickTasksAndDo("remove", ask, signal),
    "modelDeck.tasks.move": () => moveTask(ask, signal),
    "modelDeck.tasks.clear": () => clearTasks(ask, signal),
  };
}

const focus = async (view: "history" | "backups"): Promise<void> => {
  await vscode.commands.executeCommand(`modelDeck.${view}.focus`);
};

const onPast =
  (deed: (id: string) => Promise<void>): Handlers["modelDeck.row.undo"] =>
  async ([first]) => {
    const node = asPastNode(first);
    if (node) await deed(node.id);
  };
