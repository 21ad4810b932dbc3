import * as vscode from "vscode";
import { filterArguments, filterWords, isFilter } from "../../core/present/model-filter.ts";
import { modelRow } from "../../core/present/model-row.ts";
import type { Entry } from "../../core/protocol/models.ts";
import type { Ask } from "../ask.ts";
import { everyEntry } from "../every-entry.ts";
import { asNode } from "../model-node.ts";
import { pickOne } from "../pick.ts";
import type { Desk } from "./handlers.ts";

/** The model a menu was opened on, else one of those that fit; undefined: given up, or none fits. */
export async function askModel(
  ask: Ask,
  args: readonly unknown[],
  question: { readonly title: string; readonly none: string; readonly fits?: (entry: Entry) => boolean },
  signal: AbortSignal,
): Promise<Entry | undefined> {
  const node = asNode(args[0]);
  if (node?.kind === "model") return node.entry;
  const entries = await everyEntry(ask, { includeDeprecated: true, includeTesting: true }, signal);
  return pickOne(
    { ...question, placeholder: vscode.l10n.t("Which model") },
    entries.filter(question.fits ?? (() => true)).map((entry) => {
      const { label, description, icon } = modelRow(entry, false);
      return { value: entry, label: `$(${icon}) ${label}`, description, detail: entry.name };
    }),
  );
}

export async function promoteModel({ ask, report, signal }: Desk, args: readonly unknown[]): Promise<void> {
  const question = {
    title: vscode.l10n.t("Promote to Curated"),
    none: vscode.l10n.t("There is no discovered model."),
    fits: ({ layer }: Entry) => layer === "discovered",
  };
  const entry = await askModel(ask, args, question, signal);
  if (!entry) return;
  const newest = async (): Promise<string | undefined> =>
    (await ask("history.list", { entry: entry.name }, signal)).history[0]?.id;
  const before = await newest();
  await ask("models.promote", { name: entry.name }, signal);
  const after = await newest();
  const message = vscode.l10n.t("{0} stands in the curated layer now.", entry.displayName);
  void tell(ask, message, after === before ? undefined : after, signal).catch(report.error);
}

export async function importModels({ ask, report, signal }: Desk): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Import Models"),
      openLabel: vscode.l10n.t("Import"),
      filters: { JSON: ["json"] },
    })) ?? [];
  if (!file) return;
  const done = await busy(vscode.l10n.t("Importing models"), () => ask("models.import", { path: file.fsPath }, signal));
  const { added, changed, unchanged, historyId } = done;
  const message = vscode.l10n.t("Imported: {0} added, {1} changed, {2} as they were.", added, changed, unchanged);
  void tell(ask, message, historyId, signal).catch(report.error);
}

/** All of them, or what the view shows where it is filtered. */
export async function exportModels({ ask, look, report, signal }: Desk): Promise<void> {
  const all = { includeDeprecated: true, includeTesting: true };
  const { filter } = look;
  const wanted = isFilter(filter)
    ? await pickOne<Readonly<Record<string, unknown>>>(
        { title: vscode.l10n.t("Export Models"), placeholder: vscode.l10n.t("Which models"), none: "" },
        [
          {
            value: filterArguments(filter),
            label: vscode.l10n.t("What the view shows"),
            description: filterWords(filter),
          },
          { value: all, label: vscode.l10n.t("All models") },
        ],
      )
    : all;
  if (!wanted) return;
  const file = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Models"),
    saveLabel: vscode.l10n.t("Export"),
    filters: { JSON: ["json"], CSV: ["csv"] },
  });
  if (!file) return;
  const format = file.fsPath.toLowerCase().endsWith(".csv") ? "csv" : "json";
  const done = await busy(vscode.l10n.t("Exporting models"), () =>
    ask("models.export", { path: file.fsPath, format, filter: wanted }, signal),
  );
  const open = vscode.l10n.t("Open");
  const offer = async (): Promise<void> => {
    const message = vscode.l10n.t("{0} models exported to {1}.", done.entries, done.path);
    if ((await vscode.window.showInformationMessage(message, open)) === open)
      await vscode.window.showTextDocument(vscode.Uri.file(done.path));
  };
  void offer().catch(report.error);
}

/** Says what was done, with the way back where there is one. */
async function tell(ask: Ask, message: string, historyId: string | undefined, signal: AbortSignal): Promise<void> {
  const undo = vscode.l10n.t("Undo");
  const buttons = historyId === undefined ? [] : [undo];
  const pressed = await vscode.window.showInformationMessage(message, ...buttons);
  if (pressed !== undo || historyId === undefined) return;
  await ask("history.undo", { id: historyId }, signal);
  vscode.window.setStatusBarMessage(`$(discard) ${vscode.l10n.t("Undone")}`, 5000);
}

const busy = <T>(title: string, work: () => Promise<T>): Thenable<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
