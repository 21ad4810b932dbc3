import * as vscode from "vscode";
import type { LogIntent } from "../core/protocol/logs-page.ts";
import { offerId } from "../core/present/offer-words.ts";
import type { OfferIntent, ServerIntent } from "../core/protocol/servers-page.ts";
import type { ServingStatus, SwitchOffer } from "../core/protocol/serving.ts";
import type { Ask } from "./ask.ts";

interface Deps {
  readonly ask: Ask;
  readonly serving: ServingStatus;
  readonly signal: AbortSignal;
  readonly showLogs: (server: string) => void;
  readonly wish: (wish: ServerWish) => void;
}

/** What a tile wishes that is a switch: whoever switches tells how it ends. */
export type ServerWish =
  | { readonly kind: "restart"; readonly server: string }
  | { readonly kind: "offer"; readonly profile: string; readonly offer: SwitchOffer };

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
      return deps.wish({ kind: "restart", server });
    case "logs":
      showLogs(server);
      return;
    case "copyUrl":
      if (view.url !== undefined) await vscode.env.clipboard.writeText(view.url);
  }
}

/** An offer that is no more is passed over. */
export function obeyOffer({ server, id }: OfferIntent, { serving, wish }: Pick<Deps, "serving" | "wish">): void {
  const view = serving.servers.find((one) => one.server === server);
  const offer = view?.offers?.find((one) => offerId(one) === id);
  const profile = view?.tried ?? view?.profile;
  if (offer && profile !== undefined) wish({ kind: "offer", profile, offer });
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
