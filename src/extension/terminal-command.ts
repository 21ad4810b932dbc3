import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { linkLauncher, refreshLauncher, writeLauncher } from "../core/adapters/launcher-file.ts";
import type { Launch } from "../core/terminal/launcher.ts";
import { createContextKeys } from "./context-keys.ts";
import { pickOne } from "./pick.ts";
import { storageFolder } from "./settings.ts";

/** What the script has to start: this editor's own program serves as Node. */
const launchOf = (extension: vscode.Uri): Launch => ({
  program: process.execPath,
  script: vscode.Uri.joinPath(extension, "dist", "modeldeck.cjs").fsPath,
  storage: storageFolder(),
});

/** After an update the script starts the new release. */
export const refreshTerminalCommand = (extension: vscode.Uri): Promise<void> => refreshLauncher(launchOf(extension));

/** Writes `modeldeck`, and puts it where the person's shell finds it. */
export async function setUpTerminalCommand(extension: vscode.Uri): Promise<void> {
  const { t } = vscode.l10n;
  const launcher = await writeLauncher(launchOf(extension));
  const usual = path.join(os.homedir(), ".local", "bin");
  const how = await pickOne({ title: t("Set Up the Terminal Command"), placeholder: t("How to call it"), none: "" }, [
    {
      value: "usual",
      label: t("Put It into {0}", usual),
      description: onPath(usual) ? "" : t("which is not on the PATH"),
    },
    { value: "folder", label: t("Put It into a Folder…"), description: t("one that is on the PATH") },
    { value: "copy", label: t("Copy Its Path"), description: launcher },
  ]);
  if (how === undefined) return;
  if (how === "copy") {
    await vscode.env.clipboard.writeText(launcher);
    createContextKeys()("modelDeck.terminalReady", true);
    void vscode.window.showInformationMessage(t("Copied: {0}", launcher));
    return;
  }
  const folder = how === "usual" ? usual : await pickFolder();
  if (folder === undefined) return;
  const name = await linkLauncher(launcher, folder);
  createContextKeys()("modelDeck.terminalReady", true);
  void vscode.window.showInformationMessage(
    onPath(folder)
      ? t("A new terminal knows it: modeldeck queue status")
      : t("It is {0}; put its folder on the PATH, or call it by its path.", name),
  );
}

async function pickFolder(): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("A folder on the PATH"),
      openLabel: vscode.l10n.t("Put It Here"),
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return folder?.fsPath;
}

const onPath = (folder: string): boolean =>
  (process.env["PATH"] ?? "").split(path.delimiter).some((one) => path.resolve(one) === path.resolve(folder));
