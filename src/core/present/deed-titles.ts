import { t } from "@vscode/l10n";

/** What a deed of a person's hand is called in the history. */
export const editTitle = (name: string): string => t("Edit {0}", name);
export const promoteTitle = (name: string): string => t("Promote {0}", name);
export const importTitle = (path: string): string => t("Import {0}", path);
