import { t } from "@vscode/l10n";
import type { Difference } from "../protocol/serving.ts";
import { contextWords } from "./profile-words.ts";

/** In a few words, as `context 4k of 8k`; empty where all is as it was asked for. Of several the first. */
export function differenceWords([first]: readonly Difference[]): string {
  if (!first) return "";
  const words = (value: string | number): string =>
    first.what === "context" && typeof value === "number" ? contextWords(value) : String(value);
  return t("{0} {1} of {2}", first.what, words(first.got), words(first.asked));
}
