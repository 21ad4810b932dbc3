import { t } from "@vscode/l10n";
import type { Trouble } from "../protocol/downloads.ts";
import { nameIn } from "./mismatch-words.ts";

/** One sentence, of a trouble whose whole words are too long for a notice; undefined: they are short enough. */
export function briefWords({ code, facts }: Trouble): string | undefined {
  const path = facts["path"];
  return code === "hashMismatch" && typeof path === "string"
    ? t("{0} is not what its source promised.", nameIn(path))
    : undefined;
}
