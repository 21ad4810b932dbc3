import { t } from "@vscode/l10n";
import type { EffectiveSetting } from "../protocol/editing.ts";
import type { SettingsPage, SettingsWords } from "../protocol/library-page.ts";

export const settingsPage = (settings: readonly EffectiveSetting[]): SettingsPage => ({
  rows: settings.map(({ key, value, origin, problem }) => ({
    key,
    value: value === undefined || value === null || value === "" ? "–" : textOf(value),
    origin: originWords(origin),
    problem: problem ?? "",
  })),
});

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function originWords(origin: EffectiveSetting["origin"]): string {
  const words: Readonly<Record<EffectiveSetting["origin"], string>> = {
    default: t("default"),
    user: t("user settings"),
    remote: t("remote settings"),
    given: t("given by its opener"),
  };
  return words[origin];
}

export const settingsPageWords = (): SettingsWords => ({
  filter: t("Filter settings"),
  setting: t("Setting"),
  value: t("Value"),
  origin: t("From"),
  open: t("Change"),
  noMatch: t("No setting contains this text."),
});
