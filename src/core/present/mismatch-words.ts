import { t } from "@vscode/l10n";
import type { Fault } from "../util/faults.ts";
import type { FaultWords } from "./fault-words.ts";

/** Bytes that are not what was promised. All of the digests and of the places is among the fault's facts. */
export function mismatchWords({
  path,
  actual,
  expected,
  keptAs,
}: Extract<Fault, { readonly code: "hashMismatch" }>): FaultWords {
  return {
    message: t(
      "{0} is not what its source promised: its digest is {1} where {2} was promised.",
      path,
      digestWords(actual),
      digestWords(expected),
    ),
    remedy:
      keptAs === undefined
        ? t("Download it again.")
        : t("It was set aside beside it as {0}. Download it again.", nameIn(keptAs)),
  };
}

/** What the file is called there. */
export const nameIn = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** Enough of it to tell two apart. */
const digestWords = (digest: string): string => (digest.length > 16 ? `${digest.slice(0, 12)}…` : digest);
