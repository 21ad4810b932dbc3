import * as vscode from "vscode";
import { tokenWantedFor } from "../core/present/token-wanted.ts";
import type { Download } from "../core/protocol/downloads.ts";
import { type RowDeed, type ToHost, rowDeeds } from "../core/protocol/page.ts";
import type { Ask } from "./ask.ts";
import { doTo } from "./download-commands.ts";

/** What the page can wish of the queue. */
export type QueueIntent = Extract<ToHost, { kind: RowDeed | "place" | "limit" | "clear" | "all" }>;

const KINDS: ReadonlySet<string> = new Set([...rowDeeds, "place", "limit", "clear", "all"]);
export const isQueueIntent = (intent: ToHost): intent is QueueIntent => KINDS.has(intent.kind);

interface Deps {
  readonly ask: Ask;
  readonly downloads: readonly Download[];
  readonly signal: AbortSignal;
}

/** Does what the page wishes; a row that has gone meanwhile is passed over. */
export async function obeyQueue(intent: QueueIntent, { ask, downloads, signal }: Deps): Promise<void> {
  switch (intent.kind) {
    case "limit":
      await ask("downloads.limit", { bytesPerSecond: intent.bytesPerSecond }, signal);
      return;
    case "clear":
      await ask("tasks.clear", { state: intent.state, kind: "download" }, signal);
      return;
    case "all":
      await ask(`downloads.${intent.deed}`, { all: true }, signal);
      return;
    case "place":
      await ask("tasks.move", { id: intent.id, before: intent.before }, signal);
      return;
    case "pause":
    case "resume":
    case "setToken":
    case "retry":
    case "cancel":
    case "remove":
    case "top":
    case "up":
    case "down":
    case "bottom":
    case "reveal": {
      const rows = downloads.filter(({ id }) => id === intent.id);
      await rowDeed(intent.kind, rows, ask, signal);
    }
  }
}

async function rowDeed(deed: RowDeed, rows: readonly Download[], ask: Ask, signal: AbortSignal): Promise<void> {
  const [row] = rows;
  if (!row) return;
  switch (deed) {
    case "pause":
    case "resume":
    case "cancel":
      return doTo(deed, rows, ask, signal);
    case "setToken":
      await vscode.commands.executeCommand("modelDeck.accounts.set", { provider: tokenWantedFor(row.reason) });
      return;
    case "retry":
    case "remove":
      await ask(`tasks.${deed}`, { ids: [row.id] }, signal);
      return;
    case "top":
    case "up":
    case "down":
    case "bottom":
      await ask("tasks.move", { id: row.id, to: deed }, signal);
      return;
    case "reveal":
      await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(row.folder));
  }
}
