import * as vscode from "vscode";
import { exportedWords, leftOutDocument, lockedWords } from "../../core/present/metadata-words.ts";
import type { LockfileOutcome } from "../../core/protocol/metadata.ts";
import { patiently } from "../patiently.ts";
import type { Desk } from "./handlers.ts";

const filters = { JSON: ["json"] };

/** Writes what is here, so that another machine can have the same. */
export async function exportLockfile(desk: Desk): Promise<void> {
  const title = vscode.l10n.t("Export Lockfile");
  const file = await vscode.window.showSaveDialog({ title, saveLabel: vscode.l10n.t("Export"), filters });
  if (!file) return;
  const done = await patiently(title, (until) => desk.ask("lockfile.export", { path: file.fsPath }, until), {
    signal: desk.signal,
  });
  void tell(desk, title, exportedWords(done), done).catch(desk.report.error);
}

/** Queues what a lockfile names and is not here. */
export async function importLockfile(desk: Desk): Promise<void> {
  const title = vscode.l10n.t("Import Lockfile");
  const [file] = (await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t("Import"), filters })) ?? [];
  if (!file) return;
  const done = await patiently(title, (until) => desk.ask("lockfile.import", { path: file.fsPath }, until), {
    signal: desk.signal,
  });
  desk.track(done.downloads);
  void tell(desk, title, lockedWords(done), done).catch(desk.report.error);
}

async function tell(desk: Desk, title: string, message: string, outcome: LockfileOutcome): Promise<void> {
  const why = vscode.l10n.t("Show What Was Left Out");
  const pressed = await vscode.window.showInformationMessage(message, ...(outcome.leftOut.length > 0 ? [why] : []));
  if (pressed === why) await desk.documents.show(title, leftOutDocument(title, outcome));
}
