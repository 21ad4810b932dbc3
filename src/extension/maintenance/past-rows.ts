import * as vscode from "vscode";
import { backupRow, historyRow, trashRow, trashWords } from "../../core/present/history-row.ts";
import type { BackupRow, HistoryRow, TrashRow } from "../../core/protocol/maintenance.ts";
import { speakHere } from "../speak-here.ts";
import type { PastNode } from "./past-node.ts";

speakHere();

export const historyNode = (row: HistoryRow): PastNode => ({
  kind: "history",
  id: row.id,
  context: `history ${row.blocked !== undefined ? "blocked" : row.state === "undone" ? "redoable" : "undoable"}`,
  row: historyRow(row),
});

export const backupNode = (backup: BackupRow): PastNode => ({
  kind: "backup",
  id: backup.id,
  context: `backup ${backup.blocked === undefined ? "restorable" : "blocked"}`,
  row: backupRow(backup),
});

export const trashGroup = (trash: readonly TrashRow[]): PastNode => ({
  kind: "trash",
  id: "trash",
  context: "trash",
  row: {
    label: vscode.l10n.t("Trash"),
    description: trashWords(trash),
    tooltip: vscode.l10n.t("Files that were removed lie here until the trash is emptied, or until undone."),
    icon: "trash",
  },
  children: async () =>
    trash.map((file): PastNode => ({ kind: "trashed", id: file.id, context: "trashed", row: trashRow(file) })),
});
