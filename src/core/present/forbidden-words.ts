import { t } from "@vscode/l10n";
import { ALLOWED_BY, ALLOW_PRIVATE_HOSTS } from "../sources/url/allow-address.ts";
import type { Fault } from "../util/faults.ts";
import type { FaultWords, RemedyButton } from "./fault-words.ts";

/** The button for the setting that a text of ours ends with; empty where it names none, whatever else a host says. */
export const allowSetting = (text: string): readonly RemedyButton[] =>
  text.endsWith(ALLOWED_BY)
    ? [{ title: t("Open Setting"), do: { kind: "openSettings", key: ALLOW_PRIVATE_HOSTS } }]
    : [];

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
