import { t } from "@vscode/l10n";
import type { Fault } from "../util/faults.ts";

/** Why a server is no more, with the one thing to do about it. */
export function exitWords(fault: Extract<Fault, { code: "serverExited" }>): {
  readonly message: string;
  readonly remedy: string;
} {
  const { server, exitCode, reason, crash } = fault;
  if (crash === undefined)
    return {
      message:
        exitCode === null
          ? t("{0} ended by itself: {1}", server, reason)
          : t("{0} ended with code {1}: {2}", server, exitCode, reason),
      remedy: t("Its log says more."),
    };
  switch (crash) {
    case "segmentation":
      return {
        message: t("{0} crashed with a segmentation fault, a mistake in the server or in a driver.", server),
        remedy: t("Use another build of the server, or fewer GPU layers."),
      };
    case "instruction":
      return {
        message: t("{0} crashed: the server uses instructions that this processor does not have.", server),
        remedy: t("Use a build of the server for this processor."),
      };
    case "silent":
      return {
        message: t("{0} ended while it loaded, without a word: it crashed, or another program ended it.", server),
        remedy: t("Try again; where it ends so once more, use another build of the server."),
      };
  }
}
