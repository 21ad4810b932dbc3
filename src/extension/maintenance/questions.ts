import * as vscode from "vscode";
import { modelRow } from "../../core/present/model-row.ts";
import { backupRow } from "../../core/present/history-row.ts";
import { reportWords, taskRow, verifyReport } from "../../core/present/task-row.ts";
import type { OperationName } from "../../core/protocol/maintenance.ts";
import { backends } from "../../core/protocol/models.ts";
import type { Ask } from "../ask.ts";
import { everyEntry } from "../every-entry.ts";
import type { Choice } from "../pick.ts";
import { modelFolders } from "../settings.ts";
import { askOptions } from "./ask-options.ts";
import { type StoreOperation, isStoreOperation, storeQuestions } from "./store-questions.ts";
import type { Flag, Question } from "./wizard.ts";

/** What a person is asked before an operation is planned, with the defaults of its documentation. */
export const questionsOf = (operation: OperationName, ask: Ask, signal: AbortSignal): readonly Question[] =>
  isStoreOperation(operation) ? storeQuestions(operation) : ownQuestions(operation, ask, signal);

function ownQuestions(
  operation: Exclude<OperationName, StoreOperation>,
  ask: Ask,
  signal: AbortSignal,
): readonly Question[] {
  const { t } = vscode.l10n;
  switch (operation) {
    case "purgeDeprecated":
      return [
        flags({
          key: "placeholdersOnly",
          label: t("Placeholders only"),
          detail: t("Only deprecated models that were never downloaded"),
          default: false,
        }),
      ];
    case "purgeLogicalOnly":
      return [
        flags(
          {
            key: "includeCurated",
            label: t("Curated ones, too"),
            detail: t("Also models that a person made, edited or promoted"),
            default: false,
          },
          backupFlag(),
        ),
      ];
    case "purgeHuggingFace":
      return [
        {
          kind: "folder",
          key: "weightsRoot",
          placeholder: t("Models below which folder"),
          choices: async () => folders(),
        },
        backendFilter(ask, signal),
      ];
    case "resetDiscovered":
      return [
        {
          kind: "one",
          key: "backend",
          placeholder: t("Discovered models of which back end"),
          choices: async () => [{ value: "all", label: t("All back ends") }, ...(await backendChoices(ask, signal))],
        },
        flags(backupFlag()),
      ];
    case "pruneDuplicates":
      return [backendFilter(ask, signal)];
    case "restoreOllama":
      return [
        { kind: "one", key: "backup", placeholder: t("From which backup"), choices: () => backupChoices(ask, signal) },
        flags({
          key: "includeDeprecated",
          label: t("Deprecated ones, too"),
          detail: t("Also models that were marked deprecated"),
          default: false,
        }),
      ];
    case "backfillOllamaPaths":
      return [
        flags({
          key: "setFormat",
          label: t("Set the format"),
          detail: t("gguf, where an Ollama model has none"),
          default: true,
        }),
      ];
    case "remove":
      return [
        {
          kind: "many",
          key: "names",
          placeholder: t("Which models"),
          choices: () => modelChoices(ask, signal),
          none: t("There are no models yet."),
        },
        removeMode(),
      ];
    case "tidyFolders":
      return [
        {
          kind: "folder",
          key: "root",
          placeholder: t("Empty folders below which folder"),
          choices: async () => folders(),
        },
      ];
    case "fixMissing":
      return [whichCheck(ask, signal)];
  }
}

const whichCheck = (ask: Ask, signal: AbortSignal): Question => ({
  kind: "one",
  key: "task",
  placeholder: vscode.l10n.t("By which check"),
  choices: () => checkChoices(ask, signal),
  none: vscode.l10n.t("No check has a report yet. “Model Deck: Verify Files…” makes one."),
});

const flags = (...list: readonly Flag[]): Question => ({
  kind: "flags",
  placeholder: vscode.l10n.t("Check what applies, then press Enter: a preview comes first"),
  flags: list,
});

const backupFlag = (): Flag => ({
  key: "backup",
  label: vscode.l10n.t("Make a backup first"),
  detail: vscode.l10n.t("A backup can be restored from the view Backups"),
  default: true,
});

/** The three ways to remove a model. */
const removeMode = (): Question => ({
  kind: "one",
  key: "mode",
  placeholder: vscode.l10n.t("What to remove"),
  choices: async () => [
    {
      value: "metadata",
      label: `$(tag) ${vscode.l10n.t("Metadata only")}`,
      detail: vscode.l10n.t("Forget the download; keep the files and the entry"),
    },
    {
      value: "files",
      label: `$(file) ${vscode.l10n.t("Files only")}`,
      detail: vscode.l10n.t("Move the files to the trash; keep the entry"),
    },
    {
      value: "purge",
      label: `$(trash) ${vscode.l10n.t("Entry and files")}`,
      detail: vscode.l10n.t("Move the files to the trash and remove the entry"),
    },
  ],
});

const backendFilter = (ask: Ask, signal: AbortSignal): Question => ({
  kind: "one",
  key: "backend",
  placeholder: vscode.l10n.t("Of which back end"),
  choices: async () => [
    { value: undefined, label: vscode.l10n.t("All back ends") },
    ...(await backendChoices(ask, signal)),
  ],
});

async function backendChoices(ask: Ask, signal: AbortSignal): Promise<readonly Choice<string>[]> {
  const { byBackend } = await ask("models.stats", {}, signal);
  return backends.map((backend) => ({
    value: backend,
    label: backend === "unassigned" ? vscode.l10n.t("Unassigned") : backend,
    description: vscode.l10n.t("{0} models", byBackend[backend]?.count ?? 0),
  }));
}

async function backupChoices(ask: Ask, signal: AbortSignal): Promise<readonly Choice<string | undefined>[]> {
  const { backups } = await ask("backups.list", {}, signal);
  return [
    { value: undefined, label: vscode.l10n.t("The newest one") },
    ...backups
      .filter(({ blocked }) => blocked === undefined)
      .map((backup) => ({ value: backup.id, ...labelled(backupRow(backup)) })),
  ];
}

/** Which models to check: names, or all that are here. undefined: given up. */
export async function askModels(ask: Ask, signal: AbortSignal): Promise<readonly string[] | "all" | undefined> {
  const title = vscode.l10n.t("Verify Files");
  const all = vscode.l10n.t("All that are installed");
  const some = vscode.l10n.t("Some of Them…");
  const which = await vscode.window.showQuickPick([all, some], {
    title,
    placeHolder: vscode.l10n.t("Files are read whole and compared with their digests"),
  });
  if (which === undefined) return undefined;
  if (which === all) return "all";
  const question = { kind: "many", key: "names", placeholder: vscode.l10n.t("Which models") } as const;
  const answers = await askOptions(title, [
    { ...question, choices: () => modelChoices(ask, signal), none: vscode.l10n.t("There are no models yet.") },
  ]);
  const names = answers?.["names"];
  return Array.isArray(names) ? names.map(String) : undefined;
}

async function modelChoices(ask: Ask, signal: AbortSignal): Promise<readonly Choice<string>[]> {
  const entries = await everyEntry(ask, { includeDeprecated: true, includeTesting: true }, signal);
  return entries.map((entry) => ({ value: entry.name, ...labelled(modelRow(entry, false)), detail: entry.name }));
}

async function checkChoices(ask: Ask, signal: AbortSignal): Promise<readonly Choice<string>[]> {
  const { tasks } = await ask("tasks.list", { kind: "verify", state: "done" }, signal);
  return tasks.flatMap((task) => {
    const report = verifyReport(task);
    return report ? [{ value: task.id, ...labelled(taskRow(task)), detail: reportWords(report) }] : [];
  });
}

const folders = (): readonly Choice<string>[] =>
  modelFolders().map(({ name, path }) => ({ value: path, label: name, description: path }));

const labelled = ({ label, description, icon }: { label: string; description: string; icon: string }) => ({
  label: `$(${icon}) ${label}`,
  description,
});
