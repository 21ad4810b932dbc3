import * as vscode from "vscode";
import { type BackendRow, backendRows } from "../../core/present/backend-rows.ts";
import type { Ask } from "../ask.ts";

/** Shows what can serve here and what is missing, and gets that: images on a person's word, programs by their own hand. */
export async function engineFlow(deps: {
  readonly ask: Ask;
  readonly pullImage: (image: string) => Promise<void>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { backends } = await deps.ask("backends.list", {}, deps.signal);
  const isUsable = backends.some(({ usable }) => usable);
  const picked = await vscode.window.showQuickPick(backendRows(backends).map(rowOf), {
    title: vscode.l10n.t("Set Up What Serves Models"),
    placeHolder: isUsable
      ? vscode.l10n.t("Models can be served. Pick what else to get.")
      : vscode.l10n.t("Nothing can serve a model yet. Pick what to get."),
    matchOnDetail: true,
  });
  switch (picked?.way.kind) {
    case "pull":
      await deps.pullImage(picked.way.image);
      // The views hear of what is there now.
      await deps.ask("backends.list", {}, deps.signal);
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} is here.", picked.way.image));
      return;
    case "copy":
      await vscode.env.clipboard.writeText(picked.way.command);
      await offerTerminal(picked.way.command);
      return;
    case "there":
    case "unknown":
    case undefined:
      return;
  }
}

const ICONS: Readonly<Record<BackendRow["way"]["kind"], string>> = {
  there: "check",
  pull: "cloud-download",
  copy: "copy",
  unknown: "warning",
};

const rowOf = (row: BackendRow): vscode.QuickPickItem & Pick<BackendRow, "way"> => ({
  ...row,
  label: `$(${ICONS[row.way.kind]}) ${row.label}`,
});

/** What installs programs is typed, never run: it may ask for a password, and changes the machine. */
async function offerTerminal(command: string): Promise<void> {
  const open = vscode.l10n.t("Type It into a Terminal");
  const pressed = await vscode.window.showInformationMessage(vscode.l10n.t("Copied: {0}", command), open);
  if (pressed !== open) return;
  const terminal = vscode.window.createTerminal("Model Deck");
  terminal.show();
  terminal.sendText(command, false);
}
