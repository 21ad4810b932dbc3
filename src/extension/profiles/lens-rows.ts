import * as vscode from "vscode";
import { kindOfFile, placesOf } from "../../core/present/profile-language/places.ts";
import type { ServingStatus } from "../../core/protocol/serving.ts";

/** Above each profile of a file: its state where it runs, and what can be done with it. */
export const lensesOf = (document: vscode.TextDocument, status: ServingStatus): vscode.CodeLens[] =>
  placesOf(document.getText(), kindOfFile(document.fileName)).flatMap(({ id, line }) => {
    const range = new vscode.Range(line, 0, line, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, arguments: [id] });
    const state = stateWords(status, id);
    return [
      ...(state === undefined ? [] : [lens(state, "modelDeck.profiles.show")]),
      lens(vscode.l10n.t("$(play) Serve"), "modelDeck.row.serveProfile"),
      lens(vscode.l10n.t("Copy Command"), "modelDeck.profiles.command"),
      lens(vscode.l10n.t("Benchmark"), "modelDeck.profiles.benchmark"),
      lens(vscode.l10n.t("Edit"), "modelDeck.profiles.save"),
    ];
  });

function stateWords({ servers }: ServingStatus, id: string): string | undefined {
  const server = servers.find(({ profile, state }) => profile === id && state !== "off");
  switch (server?.state) {
    case "ready":
      return vscode.l10n.t("$(pass-filled) Serving at {0}", server.url ?? "");
    case "starting":
    case "loading":
      return vscode.l10n.t("$(loading~spin) Loading");
    case "stopping":
      return vscode.l10n.t("$(loading~spin) Stopping");
    case "failed":
      return vscode.l10n.t("$(error) Failed");
    case "off":
    case undefined:
      return undefined;
  }
}
