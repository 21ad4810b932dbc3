import * as vscode from "vscode";
import type { OperationName } from "../../core/protocol/maintenance.ts";
import { weightFormats } from "../../core/protocol/models.ts";
import type { Choice } from "../pick.ts";
import { modelFolders } from "../settings.ts";
import type { Flag, Question } from "./wizard.ts";

/** Those that read stores or files. */
const storeOperations = [
  "scan",
  "importOllama",
  "importLmStudio",
  "importHuggingFaceCache",
  "importInvokeAI",
  "importComfyUI",
  "normalize",
  "relink",
  "shareFiles",
  "doctor",
] as const satisfies readonly OperationName[];
export type StoreOperation = (typeof storeOperations)[number];

export const isStoreOperation = (operation: OperationName): operation is StoreOperation =>
  storeOperations.some((one) => one === operation);

/** What a person is asked before stores or files are read, with the defaults of the operations' documentation. */
export function storeQuestions(operation: StoreOperation): readonly Question[] {
  const { t } = vscode.l10n;
  switch (operation) {
    case "scan":
      return [
        { ...folderQuestion("base", t("Scan which folder")), all: t("All model folders") },
        flags(updateFlag(), {
          key: "includeTesting",
          label: t("Testing models, too"),
          detail: t("Also models whose name matches a testing pattern"),
          default: false,
        }),
        fallbackFormat(),
      ];
    case "importOllama":
      return [
        flags({
          key: "deprecatePlaceholders",
          label: t("Deprecate placeholders"),
          detail: t("Mark older entries of the same model that were never downloaded as deprecated"),
          default: false,
        }),
        servedBy(),
      ];
    case "importLmStudio":
      return [store(t("Where LM Studio keeps them")), flags(updateFlag())];
    case "importHuggingFaceCache":
      return [store(t("Where Hugging Face's own tools keep them")), flags(updateFlag())];
    case "importInvokeAI":
      return [store(t("Where InvokeAI keeps them")), flags(updateFlag())];
    case "importComfyUI":
      return [store(t("The ComfyUI folders of the settings")), flags(updateFlag())];
    case "normalize":
      return [
        flags(
          {
            key: "rebuild",
            label: t("Rebuild"),
            detail: t("Also size, files, checksum and characteristics, from the files as they are"),
            default: false,
          },
          {
            key: "pruneMissing",
            label: t("Prune missing"),
            detail: t("Remove entries whose path is gone"),
            default: false,
          },
          {
            key: "backup",
            label: t("Make a backup first"),
            detail: t("A backup can be restored from the view Backups"),
            default: true,
          },
        ),
      ];
    case "relink":
      return [{ ...folderQuestion("roots", t("Look for moved files below")), all: everywhere(), list: true }];
    case "shareFiles":
      return [{ ...folderQuestion("stores", t("Share equal files below")), all: everywhere(), list: true }, linkKind()];
    case "doctor":
      return [{ ...folderQuestion("stores", t("Examine which stores")), all: everywhere(), list: true }, partialAge()];
  }
}

const everywhere = (): string => vscode.l10n.t("All locations and known stores");

const folderQuestion = (key: string, placeholder: string) =>
  ({
    kind: "folder",
    key,
    placeholder,
    choices: async (): Promise<readonly Choice<string>[]> =>
      modelFolders().map(({ name, path }) => ({ value: path, label: name, description: path })),
  }) as const;

/** @param all what is read where no folder is named */
const store = (all: string): Question => ({
  ...folderQuestion("root", vscode.l10n.t("Import models from")),
  all,
});

const flags = (...list: readonly Flag[]): Question => ({
  kind: "flags",
  placeholder: vscode.l10n.t("Check what applies, then press Enter: a preview comes first"),
  flags: list,
});

const updateFlag = (): Flag => ({
  key: "updateExisting",
  label: vscode.l10n.t("Update existing models"),
  detail: vscode.l10n.t("Refresh models that are known already; else they are skipped"),
  default: false,
});

const servedBy = (): Question => ({
  kind: "one",
  key: "backend",
  placeholder: vscode.l10n.t("Served by which back end"),
  choices: async () => [
    { value: "ollama", label: "ollama" },
    { value: "llama.cpp", label: "llama.cpp", detail: vscode.l10n.t("It can read the files in Ollama's store") },
  ],
});

const fallbackFormat = (): Question => ({
  kind: "one",
  key: "fallbackFormat",
  placeholder: vscode.l10n.t("Format of weights that do not tell their own"),
  choices: async () => [
    { value: undefined, label: vscode.l10n.t("None: leave it unknown") },
    ...weightFormats.map((value) => ({ value, label: value })),
  ],
});

const linkKind = (): Question => ({
  kind: "one",
  key: "kind",
  placeholder: vscode.l10n.t("Which kind of link"),
  choices: async () => [
    {
      value: "auto",
      label: vscode.l10n.t("What the volume allows"),
      detail: vscode.l10n.t("A clone, else a hard link, else a symbolic one"),
    },
    { value: "clone", label: vscode.l10n.t("Clone"), detail: vscode.l10n.t("A copy that shares its blocks") },
    { value: "hard", label: vscode.l10n.t("Hard link"), detail: vscode.l10n.t("A second name of the same file") },
    { value: "symbolic", label: vscode.l10n.t("Symbolic link"), detail: vscode.l10n.t("A link to the one original") },
  ],
});

const partialAge = (): Question => ({
  kind: "count",
  key: "partialAgeDays",
  placeholder: vscode.l10n.t("Days after which a partial download counts as left behind"),
  default: 7,
});
