import { t } from "@vscode/l10n";
import type { OpenReport } from "../ports/database.ts";
import type { Trouble } from "../protocol/downloads.ts";
import type { SettingProblem } from "../settings.ts";

/** What a person should know of the start: files that were set aside, settings that cannot be used. */
export function startNotices(opened: OpenReport, problems: readonly SettingProblem[]): readonly Trouble[] {
  const setAside = opened.setAside.map((one): Trouble => ({
    code: "fileUnreadable",
    message: t("A file of the registry was damaged and set aside as {0}: {1}", one.path, one.reason),
    remedy: t("The state before it was opened; look whether the last changes are there."),
    facts: one,
  }));
  const settings = problems.map(({ key, problem }): Trouble => ({
    code: "configInvalid",
    message: t("The setting modelDeck.{0} {1}.", key, problem),
    remedy: t("Correct it; until then its default is in force."),
    facts: { key, problem },
  }));
  return [...setAside, ...settings];
}
