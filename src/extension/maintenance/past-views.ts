import * as vscode from "vscode";
import { backupRow, historyRow, trashRow, trashWords } from "../../core/present/history-row.ts";
import type { HistoryRow } from "../../core/protocol/maintenance.ts";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask } from "../ask.ts";
import { viewIds } from "../contributions.ts";
import type { DeckLink } from "../deck-link.ts";
import { type PastNode, createPastView } from "./past-view.ts";

/** The views *History* and *Backups*; the trash is a group of the latter. */
export function createPastViews(deps: {
  readonly link: DeckLink;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}): Disposable {
  const { link, ask, signal } = deps;
  const scope = createScope();
  scope.use(
    createPastView(
      viewIds.history,
      link,
      async () => (await ask("history.list", {}, signal)).history.map(historyNode),
      vscode.l10n.t("What changes the collection is kept here, and can be undone."),
    ),
  );
  scope.use(
    createPastView(
      viewIds.backups,
      link,
      async () => {
        const [{ backups }, { trash }] = await Promise.all([
          ask("backups.list", {}, signal),
          ask("trash.list", {}, signal),
        ]);
        return [
          ...(trash.length === 0 ? [] : [trashGroup(trash)]),
          ...backups.map((backup): PastNode => ({
            kind: "backup",
            id: backup.id,
            context: `backup ${backup.blocked === undefined ? "restorable" : "blocked"}`,
            row: backupRow(backup),
          })),
        ];
      },
      vscode.l10n.t("A backup is made before maintenance changes anything."),
    ),
  );
  return scope;
}

const historyNode = (row: HistoryRow): PastNode => ({
  kind: "history",
  id: row.id,
  context: `history ${row.blocked !== undefined ? "blocked" : row.state === "undone" ? "redoable" : "undoable"}`,
  row: historyRow(row),
});

const trashGroup = (trash: Parameters<typeof trashWords>[0]): PastNode => ({
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
