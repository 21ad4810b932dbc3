import * as vscode from "vscode";
import type { Download } from "../core/protocol/downloads.ts";
import type { PageCommand, PageTab, ToHost } from "../core/protocol/page.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";
import type { CommandId } from "./contributions.ts";
import { isQueueIntent, obeyQueue } from "./queue-intents.ts";
import { type ServerWish, obeyLog, obeyOffer, obeyTile } from "./server-intents.ts";

const commands: Readonly<Record<PageCommand, CommandId>> = {
  download: "modelDeck.downloads.add",
  switch: "modelDeck.serving.switch",
  stop: "modelDeck.serving.stop",
  openLog: "modelDeck.showLog",
};

/** Does what the page wishes. */
export async function obeyPage(
  message: ToHost,
  deps: {
    readonly ask: Ask;
    readonly downloads: readonly Download[];
    readonly serving: ServingStatus;
    readonly signal: AbortSignal;
    /** A tile of the queue is opened or closed. */
    readonly open: (id: string, open: boolean) => void;
    readonly wish: (wish: ServerWish) => void;
    /** Another tab, another server's log, or only a new look. */
    readonly look: (tab?: PageTab, server?: string) => void;
  },
): Promise<void> {
  if (isQueueIntent(message)) return obeyQueue(message, deps);
  switch (message.kind) {
    case "ready":
      return;
    case "show":
      return deps.look(message.tab);
    case "server":
      return obeyTile(message, { ...deps, showLogs: (server) => deps.look("logs", server) });
    case "offer":
      return obeyOffer(message, deps);
    case "log":
      return obeyLog(message, deps);
    case "watch":
      return deps.look(undefined, message.server);
    case "command":
      await vscode.commands.executeCommand(commands[message.command]);
      return;
    case "open":
      deps.open(message.id, message.open);
      return deps.look();
  }
}
