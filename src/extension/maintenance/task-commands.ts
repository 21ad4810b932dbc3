import * as vscode from "vscode";
import { type TaskDeed, taskDeeds, taskRow, verifyReport } from "../../core/present/task-row.ts";
import type { Task } from "../../core/protocol/tasks.ts";
import type { Ask } from "../ask.ts";
import { type Choice, pickMany, pickOne } from "../pick.ts";

const choiceOf = (task: Task): Choice<Task> => {
  const { label, description, icon } = taskRow(task);
  return { value: task, label: `$(${icon}) ${label}`, description };
};

/** Lists all background work; picking one shows its report, or what can be done to it. */
export async function showTasks(
  ask: Ask,
  showReport: (task: Task) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { tasks } = await ask("tasks.list", {}, signal);
  if (tasks.length === 0)
    return void vscode.window.showInformationMessage(vscode.l10n.t("There is no background work."));
  const picked = await vscode.window.showQuickPick(tasks.map(choiceOf), {
    title: vscode.l10n.t("Tasks"),
    placeHolder: vscode.l10n.t("Pick one to see what can be done"),
    matchOnDescription: true,
  });
  if (!picked) return;
  const task = picked.value;
  const reports = verifyReport(task)
    ? [{ label: `$(output) ${vscode.l10n.t("Show Report")}`, value: "report" as const }]
    : [];
  const deeds = taskDeeds(task).map((deed) => ({ label: deedTitles()[deed], value: deed }));
  const deed = await pickOne({ title: task.title, placeholder: picked.description ?? "", none: "" }, [
    ...reports,
    ...deeds,
  ]);
  if (deed === "report") await showReport(task);
  else if (deed !== undefined) await ask(`tasks.${deed}`, { ids: [task.id] }, signal);
}

/** Asks which tasks, among those whose state allows it, and does it to them. */
export async function pickTasksAndDo(deed: TaskDeed, ask: Ask, signal: AbortSignal): Promise<void> {
  const { tasks } = await ask("tasks.list", {}, signal);
  const chosen = await pickMany(
    {
      title: deedTitles()[deed],
      placeholder: vscode.l10n.t("Which ones"),
      none: vscode.l10n.t("No task is in a state that allows this."),
    },
    tasks.filter((task) => taskDeeds(task).includes(deed)).map(choiceOf),
  );
  if (chosen) await ask(`tasks.${deed}`, { ids: chosen.map(({ id }) => id) }, signal);
}

export async function moveTask(ask: Ask, signal: AbortSignal): Promise<void> {
  const { tasks } = await ask("tasks.list", {}, signal);
  const title = vscode.l10n.t("Move Task");
  const task = await pickOne(
    { title, placeholder: vscode.l10n.t("Which one"), none: vscode.l10n.t("No task waits.") },
    tasks.filter(({ state }) => state === "queued" || state === "paused").map(choiceOf),
  );
  const to =
    task &&
    (await pickOne({ title, placeholder: task.title, none: "" }, [
      { label: `$(arrow-up) ${vscode.l10n.t("To the Top")}`, value: "top" },
      { label: `$(chevron-up) ${vscode.l10n.t("Up")}`, value: "up" },
      { label: `$(chevron-down) ${vscode.l10n.t("Down")}`, value: "down" },
      { label: `$(arrow-down) ${vscode.l10n.t("To the Bottom")}`, value: "bottom" },
    ]));
  if (task && to !== undefined) await ask("tasks.move", { id: task.id, to }, signal);
}

export async function clearTasks(ask: Ask, signal: AbortSignal): Promise<void> {
  const state = await pickOne(
    { title: vscode.l10n.t("Clear Tasks"), placeholder: vscode.l10n.t("Which ones"), none: "" },
    [
      { label: vscode.l10n.t("Done"), value: "done" },
      { label: vscode.l10n.t("Failed"), value: "failed" },
      { label: vscode.l10n.t("Cancelled"), value: "cancelled" },
      { label: vscode.l10n.t("All That Ended"), value: "all" },
    ],
  );
  if (state === undefined) return;
  const { cleared } = await ask("tasks.clear", { state }, signal);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("{0} tasks cleared", cleared)}`, 5000);
}

const deedTitles = (): Readonly<Record<TaskDeed, string>> => ({
  pause: vscode.l10n.t("Pause Tasks"),
  resume: vscode.l10n.t("Resume Tasks"),
  cancel: vscode.l10n.t("Cancel Tasks"),
  retry: vscode.l10n.t("Retry Tasks"),
  remove: vscode.l10n.t("Remove Tasks from the List"),
});
