import { t } from "@vscode/l10n";
import type { DownloadPreview, PreviewFile } from "../protocol/downloads.ts";
import type { FormPreview, FormSet } from "../protocol/form-page.ts";
import { reuseWords } from "./form-words.ts";
import { sizeWords } from "./units.ts";

export const noPreview: FormPreview = {
  kind: "none",
  lines: [],
  warning: "",
  sets: [],
  command: "",
  canProve: false,
};

/**
 * What a download would do, in words.
 * @param isPulled another program stores it, where that one likes
 * @param linkOut folders that get links
 */
export function formPreview(preview: DownloadPreview, isPulled: boolean, linkOut: readonly string[] = []): FormPreview {
  const { sets, freeBytes, spokenForBytes, folder, command } = preview;
  const total = sum(sets.map(({ bytesTotal }) => bytesTotal));
  const toFetch = sum(sets.map(({ bytesToFetch }) => bytesToFetch));
  const left = freeBytes - spokenForBytes;
  return {
    kind: "shown",
    lines: [
      total === 0 ? t("Its size is known once it is fetched.") : amountLine(total, toFetch),
      ...(isPulled
        ? [t("Ollama pulls it and keeps it in its own store.")]
        : [
            t("It goes to {0}.", folder),
            ...linkOut.map((other) => t("Each finished file gets a link in {0}.", other)),
            roomLine(freeBytes, spokenForBytes),
          ]),
    ],
    warning:
      !isPulled && toFetch > left
        ? t("There is too little room: {0} are missing. What does not fit waits.", sizeWords(toFetch - left))
        : "",
    sets: sets.map(setOf),
    command,
    canProve: sets.some(({ files }) => files.some(({ state }) => state === "likely")),
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function amountLine(total: number, toFetch: number): string {
  if (toFetch === 0) return t("{0} in all, and nothing of it is to be fetched.", sizeWords(total));
  return t("{0} in all, {1} to fetch.", sizeWords(total), sizeWords(toFetch));
}

function roomLine(free: number, spokenFor: number): string {
  return spokenFor > 0
    ? t("{0} are free there; queue and reserve speak for {1}.", sizeWords(free), sizeWords(spokenFor))
    : t("{0} are free there.", sizeWords(free));
}

function setOf({ variant, files, entry, joins }: DownloadPreview["sets"][number]): FormSet {
  return {
    title: variant,
    note:
      entry !== undefined
        ? t("All of it is here already, as {0}.", entry)
        : joins === undefined
          ? ""
          : t("It joins a download that is in the queue."),
    files: files.map((file) => ({
      path: file.path,
      size: file.sizeBytes === 0 ? "" : sizeWords(file.sizeBytes),
      state: stateWords(file.state),
      from: fromLines(file),
    })),
  };
}

function stateWords(state: PreviewFile["state"]): string {
  switch (state) {
    case "here":
      return t("is here");
    case "linkable":
      return t("on this machine");
    case "likely":
      return t("may be on this machine");
    case "missing":
      return t("to fetch");
  }
}

function fromLines({ from, warning }: PreviewFile): readonly string[] {
  const [way] = from?.ways ?? [];
  return [
    ...(warning === undefined ? [] : [warning]),
    ...(from ? [from.path] : []),
    ...(way === undefined ? [] : [reuseWords(way)]),
    ...(from?.refused ?? []),
  ];
}
