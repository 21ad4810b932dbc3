import { t } from "@vscode/l10n";
import type { Difference } from "../protocol/serving.ts";

/** What a switch has to say beside its outcome. */
export type SwitchNotice =
  /** A flag of the profile that is Model Deck's own to choose. */
  | { readonly kind: "flagIgnored"; readonly flag: string }
  | { readonly kind: "difference"; readonly difference: Difference }
  /** It is ready, and does not tell what it has loaded. */
  | { readonly kind: "notToldBack" }
  /** What was stopped is gone, and GPU memory is not all back. */
  | { readonly kind: "memoryHeld"; readonly holders: readonly { readonly name: string; readonly pid: number }[] }
  | { readonly kind: "rollbackFailed"; readonly profile: string; readonly message: string };

export function noticeWords(notice: SwitchNotice): string {
  switch (notice.kind) {
    case "flagIgnored":
      return t("{0} in the profile has no effect: Model Deck chooses the address.", notice.flag);
    case "difference":
      return t("{0}: asked for {1}, got {2}.", notice.difference.what, notice.difference.asked, notice.difference.got);
    case "notToldBack":
      return t("The server does not tell what it has loaded.");
    case "memoryHeld":
      return notice.holders.length === 0
        ? t("The GPU memory of the server before has not come back yet.")
        : t(
            "The GPU memory of the server before has not come back yet: it is held by {0}.",
            notice.holders.map(({ name, pid }) => `${name} (${pid})`).join(", "),
          );
    case "rollbackFailed":
      return t("Going back to {0} failed too: {1}", notice.profile, notice.message);
  }
}
