import * as vscode from "vscode";
import type { Disposable } from "../../core/util/events.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Ask } from "../ask.ts";
import { viewIds } from "../contributions.ts";
import type { DeckLink } from "../deck-link.ts";
import { createPastView } from "./past-view.ts";

/** The views *History* and *Backups*; the trash is a group of the latter. Their rows are loaded when one is looked at. */
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
      async () => {
        const { historyNode } = await import("./past-rows.ts");
        return (await ask("history.list", {}, signal)).history.map(historyNode);
      },
      vscode.l10n.t("What changes the collection is kept here, and can be undone."),
    ),
  );
  scope.use(
    createPastView(
      viewIds.backups,
      link,
      async () => {
        const { backupNode, trashGroup } = await import("./past-rows.ts");
        const [{ backups }, { trash }] = await Promise.all([
          ask("backups.list", {}, signal),
          ask("trash.list", {}, signal),
        ]);
        return [...(trash.length === 0 ? [] : [trashGroup(trash)]), ...backups.map(backupNode)];
      },
      vscode.l10n.t("A backup is made before maintenance changes anything."),
    ),
  );
  return scope;
}
