import * as vscode from "vscode";
import type { CommandId } from "./contributions.ts";
import type { DeckLink } from "./deck-link.ts";
import type { ModelsTree } from "./models-tree.ts";
import { asNode } from "./model-node.ts";
import type { Panel } from "./panel.ts";
import type { Handler } from "./stage.ts";

export type LightCommandId = Extract<
  CommandId,
  | "modelDeck.openPanel"
  | "modelDeck.downloads.list"
  | "modelDeck.serving.logs"
  | "modelDeck.serving.tiles"
  | "modelDeck.row.showDownload"
  | "modelDeck.row.more"
  | "modelDeck.getStarted"
  | "modelDeck.showLog"
  | "modelDeck.reopen"
>;

/** Commands that ask nothing: they show what is there already, and need no flow to be loaded. */
export const lightHandlers = ({
  link,
  panel,
  tree,
  channel,
  extensionId,
}: {
  readonly link: DeckLink;
  readonly panel: Panel;
  readonly tree: Pick<ModelsTree, "more">;
  readonly channel: vscode.LogOutputChannel;
  /** `publisher.name` */
  readonly extensionId: string;
}): Readonly<Record<LightCommandId, Handler>> => ({
  "modelDeck.openPanel": () => panel.show("queue"),
  "modelDeck.downloads.list": () => panel.show("queue"),
  "modelDeck.serving.logs": () => panel.show("logs"),
  "modelDeck.serving.tiles": () => panel.show("servers"),
  "modelDeck.row.showDownload": async ([row]) => {
    const node = asNode(row);
    if (node?.kind === "download") await panel.showDownload(node.id);
  },
  "modelDeck.row.more": async ([row]) => {
    const node = asNode(row);
    if (node?.kind === "more") tree.more(node.group);
  },
  "modelDeck.getStarted": async () => {
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extensionId}#getStarted`, false);
  },
  "modelDeck.showLog": async () => channel.show(),
  "modelDeck.reopen": () => link.reopen(),
});
