import * as vscode from "vscode";
import type { LogIntent } from "../core/protocol/logs-page.ts";
import type { ServerIntent } from "../core/protocol/servers-page.ts";
import type { ServingStatus } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";

interface Deps {
  readonly ask: Ask;
  readonly serving: ServingStatus;
  readonly signal: AbortSignal;
  readonly showLogs: (server: string) => void;
}

/** Does what a tile wishes; a server that has gone meanwhile is passed over. */
export async function obeyTile({ deed, server }: ServerIntent, deps: Deps): Promise<void> {
  const { ask, serving, signal, showLogs } = deps;
  const view = serving.servers.find((one) => one.server === server);
  if (!view) return;
  switch (deed) {
    case "stop":
      await ask("serving.stop", { server }, signal);
      return;
    case "restart":
      await ask("serving.restart", { server }, signal);
      return;
    case "logs":
      showLogs(server);
      return;
    case "copyUrl":
      if (view.url !== undefined) await vscode.env.clipboard.writeText(view.url);
  }
}

/** Copies or saves what there is of a server's log; with a filter, the lines that hold it. */
export async function obeyLog(
  { deed, server, filter }: LogIntent,
  { ask, signal }: Pick<Deps, "ask" | "signal">,
): Promise<void> {
  const { lines } = await ask("serving.logs", { server }, signal);
  const wanted = filter.toLowerCase();
  const text = `${lines.filter((line) => line.toLowerCase().includes(wanted)).join("\n")}\n`;
  if (deed === "copy") return vscode.env.clipboard.writeText(text);
  const at = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const name = `${server}-${at}.log`;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const target = await vscode.window.showSaveDialog({
    filters: { [vscode.l10n.t("Logs")]: ["log", "txt"] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }),
  });
  if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
}
