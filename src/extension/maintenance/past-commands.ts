import * as vscode from "vscode";
import { backupRow, historyRow, trashRow, trashWords } from "../../core/present/history-row.ts";
import { sizeWords } from "../../core/present/units.ts";
import { timeWords } from "../../core/present/time.ts";
import type { HistoryRow, TrashRow } from "../../core/protocol/maintenance.ts";
import type { Ask } from "../ask.ts";
import { pickOne } from "../pick.ts";
import { type Planner, planOf } from "./planner.ts";

/** Going back, forth, and to a backup, as a person does it: seen first. */
export interface Past {
  /** @param id asked for where left out */
  undo(id: string | undefined): Promise<void>;
  redo(id: string | undefined): Promise<void>;
  restore(id: string | undefined): Promise<void>;
  /** What undoing, or redoing, it would do: its steps. */
  steps(id: string): Promise<void>;
  backUp(): Promise<void>;
  emptyTrash(): Promise<void>;
}

export function createPast(ask: Ask, planner: Planner, signal: AbortSignal): Past {
  const rowOf = async (id: string): Promise<HistoryRow | undefined> =>
    (await ask("history.list", {}, signal)).history.find((row) => row.id === id);

  const goBack = async (verb: "history.undo" | "history.redo", row: HistoryRow | undefined): Promise<void> => {
    if (!row) return;
    const title =
      verb === "history.undo" ? vscode.l10n.t("Undo: {0}", row.title) : vscode.l10n.t("Redo: {0}", row.title);
    await planner.preview(title, planOf(ask, verb, row.id));
  };
  const pickRow = async (verb: "history.undo" | "history.redo"): Promise<HistoryRow | undefined> => {
    const { history } = await ask("history.list", {}, signal);
    const wanted = verb === "history.undo" ? "done" : "undone";
    return pickOne(
      {
        title: verb === "history.undo" ? vscode.l10n.t("Undo") : vscode.l10n.t("Redo"),
        placeholder: vscode.l10n.t("Which change: a preview comes first"),
        none:
          verb === "history.undo"
            ? vscode.l10n.t("There is nothing to undo.")
            : vscode.l10n.t("There is nothing to redo."),
      },
      history
        .filter(({ state, blocked }) => state === wanted && blocked === undefined)
        .map((row) => {
          const { label, description, icon } = historyRow(row);
          return { value: row, label: `$(${icon}) ${label}`, description };
        }),
    );
  };
  const go = async (verb: "history.undo" | "history.redo", id: string | undefined): Promise<void> =>
    goBack(verb, id === undefined ? await pickRow(verb) : await rowOf(id));

  return {
    undo: (id) => go("history.undo", id),
    redo: (id) => go("history.redo", id),
    steps: async (id) => {
      const row = await rowOf(id);
      await goBack(row?.state === "undone" ? "history.redo" : "history.undo", row);
    },
    restore: async (id) => {
      const { backups } = await ask("backups.list", {}, signal);
      const backup =
        id === undefined
          ? await pickOne(
              {
                title: vscode.l10n.t("Restore Backup"),
                placeholder: vscode.l10n.t("Which backup: a preview comes first"),
                none: vscode.l10n.t("There is no backup yet."),
              },
              backups
                .filter(({ blocked }) => blocked === undefined)
                .map((one) => ({ value: one, ...pickWords(backupRow(one)) })),
            )
          : backups.find((one) => one.id === id);
      if (!backup) return;
      const title = vscode.l10n.t("Restore the Backup of {0}", timeWords(backup.at));
      await planner.preview(title, planOf(ask, "backups.restore", backup.id));
    },
    backUp: async () => {
      const made = await ask("backups.create", {}, signal);
      const { description } = backupRow(made);
      void vscode.window.showInformationMessage(vscode.l10n.t("Backup made: {0}.", description));
    },
    emptyTrash: async () => {
      const { trash } = await ask("trash.list", {}, signal);
      if (trash.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t("The trash is empty."));
      if (!(await mayEmpty(trash))) return;
      // Those that were seen, and no others that came in between.
      const ids = trash.map(({ id }) => id);
      const { freedBytes } = await ask("trash.empty", { ids, confirm: true }, signal);
      void vscode.window.showInformationMessage(vscode.l10n.t("The trash is empty: {0} freed.", sizeWords(freedBytes)));
    },
  };
}

const pickWords = ({ label, description }: { label: string; description: string }) => ({ label, description });

async function mayEmpty(trash: readonly TrashRow[]): Promise<boolean> {
  const bytes = sizeWords(trash.reduce((total, one) => total + one.bytes, 0));
  const yes = vscode.l10n.t("Empty Trash");
  const message =
    trash.length === 1
      ? vscode.l10n.t("Delete 1 file ({0}) for good?", bytes)
      : vscode.l10n.t("Delete {0} files ({1}) for good?", trash.length, bytes);
  const detail = vscode.l10n.t("What removed them cannot be undone afterwards.");
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) === yes;
}

/** What lies in the trash, to look at. */
export async function showTrash(ask: Ask, signal: AbortSignal): Promise<void> {
  const { trash } = await ask("trash.list", {}, signal);
  if (trash.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t("The trash is empty."));
  await vscode.window.showQuickPick(
    trash.map((file) => ({ ...pickWords(trashRow(file)), detail: file.path })),
    { title: `${vscode.l10n.t("Trash")} · ${trashWords(trash)}`, matchOnDetail: true },
  );
}
