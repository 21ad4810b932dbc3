import { t } from "@vscode/l10n";
import type { Fault } from "../util/faults.ts";
import type { FaultWords, RemedyButton } from "./fault-words.ts";

/** The button for a setting of ours that a text names in quotes; empty where it names none. */
export function allowSetting(text: string): readonly RemedyButton[] {
  const key = /“(modelDeck(?:\.\w+)+)”/.exec(text)?.[1];
  return key === undefined ? [] : [{ title: t("Open Setting"), do: { kind: "openSettings", key } }];
}

/** By its host, or by us: an address inside is no matter of accounts. */
export function forbiddenWords({ host, reason }: Extract<Fault, { code: "forbidden" }>): FaultWords {
  const actions = allowSetting(reason);
  if (actions.length === 0)
    return {
      message: t("{0} does not allow this: {1}", host, reason),
      remedy: t("Use an account that may do it."),
    };
  return {
    message: t("{0} is not asked for this: {1}", host, reason),
    remedy: t("Allow it in the settings if you trust that address."),
    actions,
  };
}
