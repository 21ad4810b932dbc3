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
      lens(iconed("play", vscode.l10n.t("Serve")), "modelDeck.row.serveProfile"),
      lens(vscode.l10n.t("Copy Command"), "modelDeck.profiles.command"),
      lens(vscode.l10n.t("Benchmark"), "modelDeck.profiles.benchmark"),
      lens(vscode.l10n.t("Edit"), "modelDeck.profiles.save"),
    ];
  });

/** A lens takes the blank behind an icon away, unless it is one that does not break. */
const iconed = (icon: string, words: string): string => `$(${icon})\u00A0${words}`;

function stateWords({ servers }: ServingStatus, id: string): string | undefined {
  const server = servers.find(({ profile, state }) => profile === id && state !== "off");
  switch (server?.state) {
    case "ready":
      return iconed("pass-filled", vscode.l10n.t("Serving at {0}", server.url ?? ""));
    case "starting":
    case "loading":
      return iconed("loading~spin", vscode.l10n.t("Loading"));
    case "stopping":
      return iconed("loading~spin", vscode.l10n.t("Stopping"));
    case "failed":
      return iconed("error", vscode.l10n.t("Failed"));
    case "off":
    case undefined:
      return undefined;
  }
}
