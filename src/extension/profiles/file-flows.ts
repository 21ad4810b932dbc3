import * as vscode from "vscode";
import { importDocument } from "../../core/present/profile-document.ts";
import { openFile } from "../open-file.ts";
import type { ProfileStage } from "./handlers.ts";

/** Lists what is wrong, and opens the place that is picked. */
export async function checkProfiles({ ask, signal }: ProfileStage): Promise<void> {
  const { problems } = await ask("profiles.validate", {}, signal);
  if (problems.length === 0)
    return void vscode.window.showInformationMessage(vscode.l10n.t("All profiles are as they should be."));
  const place = await vscode.window.showQuickPick(
    problems.map((one) => ({
      label: `$(${one.severity}) ${one.problem.replaceAll("$(", "$ (")}`,
      description: `${one.file}:${one.line}`,
      one,
    })),
    { title: vscode.l10n.t("Check Profiles"), matchOnDescription: true },
  );
  if (place) await openFile(place.one.file, place.one.line);
}

/** Shows what a llama-swap configuration becomes before any of it is written. */
export async function bringOver({ ask, documents, signal }: ProfileStage): Promise<void> {
  const title = vscode.l10n.t("Import llama-swap Configuration");
  const [file] = (await vscode.window.showOpenDialog({ title, filters: { YAML: ["yaml", "yml"] } })) ?? [];
  if (!file) return;
  const plan = await ask("profiles.import", { path: file.fsPath }, signal);
  await documents.show(title, importDocument(plan));
  const fresh = plan.profiles.filter(({ isNew }) => isNew).length;
  if (fresh === 0) return;
  const add = fresh === 1 ? vscode.l10n.t("Add 1 Profile") : vscode.l10n.t("Add {0} Profiles", fresh);
  // Not a message: that goes away by itself while the page is still being read.
  const answer = await vscode.window.showQuickPick(
    [
      { label: `$(add) ${add}`, detail: plan.target, add: true },
      { label: `$(close) ${vscode.l10n.t("Add Nothing")}`, add: false },
    ],
    { title, placeHolder: vscode.l10n.t("Read the page below, then choose"), ignoreFocusOut: true },
  );
  if (answer?.add !== true) return;
  const { target } = await ask("profiles.import", { path: file.fsPath, apply: true }, signal);
  await openFile(target, 1);
}
