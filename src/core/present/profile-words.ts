import { t } from "@vscode/l10n";
import type { Profile } from "../protocol/profiles.ts";
import type { FitBadge } from "./fit-words.ts";

export interface ProfileRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** How a profile stands in the switcher. @param current whether it is the one that runs */
export function profileRow(profile: Profile, current: boolean): ProfileRow {
  const error = profile.problems.find(({ severity }) => severity === "error");
  const [warning] = profile.problems;
  const icon = warning ? "$(warning) " : current ? "$(check) " : "";
  return {
    label: `${icon}${profile.name.replaceAll("$(", "$ (")}`,
    description: [
      current ? t("serving") : "",
      profile.context === undefined ? "" : t("{0} tokens", contextWords(profile.context)),
      profile.speed ?? "",
      profile.router === undefined ? "" : t("router {0}", profile.router),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    detail: error
      ? t("Line {0}: {1}", error.line, error.problem)
      : [profile.description, warning?.problem ?? ""].filter((part) => part !== "").join(" · "),
  };
}

/** The row with whether it fits; one that does not, as it is asked for, is marked. */
export const withFit = <Row extends { readonly label: string; readonly description?: string }>(
  row: Row,
  { words, warns }: FitBadge,
): Row => ({
  ...row,
  label: warns && !row.label.startsWith("$(") ? `$(warning) ${row.label}` : row.label,
  description: [row.description ?? "", words].filter((part) => part !== "").join(" · "),
});

/** What a person types for it: `32768`, `32,768` or `32k`; undefined where it is none of them. */
export function tokensOf(typed: string): number | undefined {
  const [, digits, thousands] = /^(\d{1,3}(?:,\d{3})+|\d+)(k?)$/i.exec(typed.trim()) ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", "")) * (thousands === "" ? 1 : 1024);
}

/** As `32k` for 32768; what is no multiple stands as it is. */
export const contextWords = (tokens: number): string =>
  tokens >= 1024 && tokens % 1024 === 0 ? `${tokens / 1024}k` : tokens.toLocaleString("en");
