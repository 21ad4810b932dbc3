import { t } from "@vscode/l10n";
import type { CardReadme, CardWords } from "../protocol/card-page.ts";
import { faultWords } from "./fault-words.ts";
import type { Fault } from "../util/faults.ts";

/** The page has no translations of its own: it is handed these. */
export const cardPageWords = (): CardWords => ({
  asking: t("Asking…"),
  characteristic: t("Characteristic"),
  characteristics: t("Characteristics"),
  confidence: t("Confidence"),
  context: t("Context"),
  copied: t("Copied."),
  copy: t("Copy"),
  description: t("Description"),
  device: t("Device"),
  digest: t("Digest"),
  file: t("File"),
  files: t("Files"),
  fit: t("Fit"),
  from: t("From"),
  guess: t("a guess"),
  loading: t("Looking for its README…"),
  needs: t("Needs"),
  notes: t("Notes"),
  others: t("What others say"),
  picture: t("Its picture"),
  places: t("Places"),
  placesHint: t("The same bytes lie here, too:"),
  proof: t("Proof"),
  readme: t("README"),
  retry: t("Try Again"),
  size: t("Size"),
  table: t("Table of the README"),
  triggerWords: t("Trigger words"),
  value: t("Value"),
  verdict: t("Verdict"),
});

export const noReadme = (): CardReadme => ({ kind: "none", text: t("It has no README."), again: false });

/** Why its README could not be had. */
export function failedReadme(fault: Fault): CardReadme {
  const { message, remedy } = faultWords(fault);
  const why = [message, remedy].filter((part) => part !== undefined).join(" ");
  return { kind: "none", text: t("Its README could not be read. {0}", why), again: true };
}

export const cutWords = (cut: boolean): string => (cut ? t("This is not all of it: the rest is on its page.") : "");

/** What a picture of a README is called that has no words of its own. */
export const pictureWord = (): string => t("Picture");
