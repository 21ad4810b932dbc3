import * as vscode from "vscode";
import { updateRow, updatesDocument, updatesWords } from "../../core/present/update-words.ts";
import type { UpdateReport } from "../../core/protocol/metadata.ts";
import { patiently } from "../patiently.ts";
import type { Choice } from "../pick.ts";
import type { Desk } from "./handlers.ts";
import { updateRequest } from "./update-request.ts";

/** Asks what changed upstream, and fetches what the person checks. @param names all with a source where left out */
export async function updatesFlow(desk: Desk, names: readonly string[] | undefined): Promise<void> {
  const { ask, signal } = desk;
  const { updates } = await patiently(
    vscode.l10n.t("Looking for updates"),
    (until) => ask("models.updates", names === undefined ? {} : { names }, until),
    { signal },
  );
  const changed = updates.filter(({ state }) => state === "changed");
  if (changed.length === 0) return void tell(desk, updates).catch(desk.report.error);
  const picked = await pickUpdates(desk, changed, updates);
  if (!picked || picked.length === 0) return;
  const ids: string[] = [];
  await patiently(
    vscode.l10n.t("Queueing downloads"),
    async (until) => {
      for (const report of picked) ids.push(...(await queue(desk, report, until)));
    },
    { signal },
  );
  desk.track(ids);
}

async function tell(desk: Desk, updates: readonly UpdateReport[]): Promise<void> {
  const show = vscode.l10n.t("Show Report");
  const message = updates.length === 0 ? vscode.l10n.t("No model has a source to ask.") : `${updatesWords(updates)}.`;
  const pressed = await vscode.window.showInformationMessage(message, ...(updates.length === 0 ? [] : [show]));
  if (pressed === show) await desk.documents.show(vscode.l10n.t("Updates"), updatesDocument(updates));
}

async function queue({ ask }: Desk, report: UpdateReport, signal: AbortSignal): Promise<readonly string[]> {
  const [entry, there] = await Promise.all([
    ask("models.show", { name: report.entry }, signal),
    ask("hub.analyze", { model: report.repository, ...(report.there && { revision: report.there }) }, signal),
  ]);
  const request = updateRequest(report, entry, there);
  return request ? (await ask("downloads.add", request, signal)).ids : [];
}

/** Those that are checked; the whole report stands behind a button. */
async function pickUpdates(
  { ask, documents, report, signal }: Desk,
  changed: readonly UpdateReport[],
  all: readonly UpdateReport[],
): Promise<readonly UpdateReport[] | undefined> {
  const names = await Promise.all(
    changed.map(async ({ entry }) => (await ask("models.show", { name: entry }, signal)).displayName),
  );
  const box = vscode.window.createQuickPick<Choice<UpdateReport>>();
  box.title = updatesWords(all);
  box.placeholder = vscode.l10n.t("Check what to download, then press Enter");
  box.canSelectMany = true;
  box.matchOnDetail = true;
  box.ignoreFocusOut = true;
  box.items = changed.map((one, at) => ({ value: one, ...updateRow(one, names[at] ?? one.entry) }));
  box.buttons = [{ iconPath: new vscode.ThemeIcon("output"), tooltip: vscode.l10n.t("Show Report") }];
  return new Promise<readonly UpdateReport[] | undefined>((resolve) => {
    box.onDidTriggerButton(() => {
      void documents.show(vscode.l10n.t("Updates"), updatesDocument(all)).catch(report.error);
    });
    box.onDidAccept(() => resolve(box.selectedItems.map(({ value }) => value)));
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).finally(() => box.dispose());
}
