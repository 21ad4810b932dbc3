import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import type { Fault } from "../util/faults.ts";

/** Why another program's folder got no link to a file that was downloaded. */
export function linkTrouble(link: string, target: string, why: Fault | string): Trouble {
  const facts = { path: link, target };
  if (typeof why === "object" && why.code === "exists")
    return {
      code: "exists",
      message: t("{0} is another file, and was left as it is: it got no link to {1}.", link, target),
      remedy: t("Move it away, then download again: what is here is not fetched twice."),
      facts,
    };
  const reason = typeof why === "string" ? why : "reason" in why ? why.reason : why.code;
  return {
    code: typeof why === "object" ? why.code : "unexpected",
    message: t("{0} got no link to {1}: {2}", link, target, reason ?? ""),
    remedy: t("Name a folder that takes links, on the same volume, or copy the file there."),
    facts,
  };
}
