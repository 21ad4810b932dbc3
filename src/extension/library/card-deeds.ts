import * as vscode from "vscode";
import type { CardDeed } from "../../core/protocol/card-page.ts";
import type { Entry } from "../../core/protocol/models.ts";
import type { ModelNode } from "../model-node.ts";
import type { Desk } from "./handlers.ts";
import { fetchMetadata, removeMetadata, setPreview } from "./metadata-flow.ts";
import { probeFlow } from "./probe-flow.ts";
import { updatesFlow } from "./updates-flow.ts";

/** What a card does with its model: the very flows that its row in the view has. */
export type CardDeeds = (deed: Exclude<CardDeed, "readme">, name: string) => Promise<void>;

export const createCardDeeds =
  (desk: Desk, edit: (name: string) => Promise<void>): CardDeeds =>
  async (deed, name) => {
    if (deed === "edit") return edit(name);
    if (deed === "updates") return updatesFlow(desk, [name]);
    const entry: Entry = await desk.ask("models.show", { name }, desk.signal);
    const row: ModelNode = { kind: "model", group: "", entry, serving: false, servable: false };
    switch (deed) {
      case "serve":
        return void (await vscode.commands.executeCommand("modelDeck.row.serve", row));
      case "fetch":
        return fetchMetadata(desk, [row]);
      case "remove":
        return removeMetadata(desk, [row]);
      case "preview":
        return setPreview(desk, [row]);
      case "probe":
        return probeFlow(desk, [row]);
      case "reveal":
        return revealFile(entry);
    }
  };

/** In the system's file manager; where that is on another machine its path is copied. */
async function revealFile({ path }: Pick<Entry, "path">): Promise<void> {
  if (path === undefined) return;
  if (vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
    return;
  }
  await vscode.env.clipboard.writeText(path);
  vscode.window.setStatusBarMessage(
    `$(check) ${vscode.l10n.t("Its path is copied: the file lies on the other machine.")}`,
    5000,
  );
}
