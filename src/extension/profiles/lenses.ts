import * as vscode from "vscode";
import { kindOfFile, placesOf } from "../../core/present/profile-language/places.ts";
import type { ServingStatus } from "../../core/protocol/serving.ts";
import { createScope } from "../../core/util/scope.ts";
import type { Disposable } from "../../core/util/events.ts";
import type { Reading } from "../reading.ts";

/** Above each profile of a file: its state where it runs, and what can be done with it. */
export function createLenses(selector: vscode.DocumentSelector, serving: Reading<ServingStatus>): Disposable {
  const scope = createScope();
  const changed = scope.use(new vscode.EventEmitter<void>());
  scope.use(serving.onChange(() => changed.fire()));
  scope.use(
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) =>
        placesOf(document.getText(), kindOfFile(document.fileName)).flatMap(({ id, line }) => {
          const range = new vscode.Range(line, 0, line, 0);
          const lens = (title: string, command: string): vscode.CodeLens =>
            new vscode.CodeLens(range, { title, command, arguments: [id] });
          const state = stateWords(serving.value, id);
          return [
            ...(state === undefined ? [] : [lens(state, "modelDeck.profiles.show")]),
            lens(vscode.l10n.t("$(play) Serve"), "modelDeck.row.serveProfile"),
            lens(vscode.l10n.t("Copy Command"), "modelDeck.profiles.command"),
            lens(vscode.l10n.t("Benchmark"), "modelDeck.profiles.benchmark"),
            lens(vscode.l10n.t("Edit"), "modelDeck.profiles.save"),
          ];
        }),
    }),
  );
  return scope;
}

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
