import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import { type Fault, isFault, reasonOf } from "../util/faults.ts";
import { faultWords } from "./fault-words.ts";

/** A fault, or anything that was thrown, in words and plain JSON. Log lines are told elsewhere, not among the facts. */
export function toTrouble(error: unknown): Trouble {
  if (isFault(error)) return troubleOf(error.fault);
  return { code: "unexpected", message: t("Something unexpected happened: {0}", reasonOf(error)), facts: {} };
}

export function troubleOf(fault: Fault): Trouble {
  const { message, remedy } = faultWords(fault);
  const facts = Object.fromEntries(Object.entries(fault).filter(([name]) => name !== "code" && name !== "logTail"));
  return { code: fault.code, message, ...(remedy === undefined ? {} : { remedy }), facts };
}
