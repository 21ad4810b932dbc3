import { t } from "@vscode/l10n";
import type { HubAnalysis, HubHit } from "../protocol/hub.ts";
import { fitBadge } from "./fit-words.ts";
import { sizeWords } from "./units.ts";

/** A line of a search: what it is called, what is fetched, what else is to be known. */
export interface HitRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" · ");

export function hitRow(hit: HubHit): HitRow {
  const badge = fitBadge(hit.fit ?? []);
  const updated = hit.updatedAt?.slice(0, 10) ?? "";
  return {
    label: hit.title === "" ? hit.reference : hit.title,
    description: joined([
      hit.alreadyHere === undefined ? "" : `$(check) ${t("already here")}`,
      hit.gated ? `$(lock) ${t("gated")}` : "",
      hit.sizeBytes === undefined || hit.sizeBytes === 0 ? "" : sizeWords(hit.sizeBytes),
      hit.formats.join(", "),
    ]),
    detail: joined([
      badge?.words ?? "",
      hit.licence ?? "",
      hit.task ?? "",
      hit.downloads === undefined ? "" : t("{0} downloads", countWords(hit.downloads)),
      hit.likes === undefined ? "" : t("{0} likes", countWords(hit.likes)),
      /^\d{4}-\d\d-\d\d$/.test(updated) ? t("updated {0}", updated) : "",
    ]),
  };
}

/** 1.2M rather than each digit. */
export const countWords = (count: number): string =>
  new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(count);

/** Whether a text names one model rather than what to search for. */
export const looksLikeReference = (text: string): boolean =>
  /^(?:[\w.-]+\/[\w.-]+(?:@\S+)?|\w+:\S+|https?:\/\/\S+)$/.test(text.trim());

/** What the scanners of the source say of these files, each once. */
export const warningsOf = ({ files }: Pick<HubAnalysis, "files">, paths: readonly string[]): readonly string[] => {
  const chosen = new Set(paths);
  return [
    ...new Set(files.flatMap(({ path, warning }) => (warning !== undefined && chosen.has(path) ? [warning] : []))),
  ];
};
