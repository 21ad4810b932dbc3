import { t } from "@vscode/l10n";
import type { DownloadPreview, PreviewFile } from "../protocol/downloads.ts";
import type { HubAnalysis } from "../protocol/hub.ts";

/** Of a choice's bytes: proven to be on this machine, or a file that may hold them is. */
export type VariantMark = "linkable" | "likely";

/** By a choice's place in the analysis. Small files, which nothing proves beforehand, do not count. */
export function variantMarks(
  { choices, files }: Pick<HubAnalysis, "choices" | "files">,
  { sets }: Pick<DownloadPreview, "sets">,
): ReadonlyMap<string, VariantMark> {
  const states = new Map(sets.flatMap((set) => set.files.map(({ path, state }) => [path, state] as const)));
  const large = new Set(files.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [path])));
  const marks = new Map<string, VariantMark>();
  for (const [at, choice] of choices.entries()) {
    const found = choice.files.filter((path) => large.has(path)).map((path) => states.get(path));
    const mark = markOf(found);
    if (mark !== undefined) marks.set(String(at), mark);
  }
  return marks;
}

function markOf(states: readonly (PreviewFile["state"] | undefined)[]): VariantMark | undefined {
  if (states.length === 0 || states.some((state) => state === undefined || state === "missing")) return undefined;
  return states.includes("likely") ? "likely" : "linkable";
}

export function markWords(mark: VariantMark | undefined): string {
  if (mark === undefined) return "";
  return mark === "linkable" ? t("its bytes are on this machine") : t("its bytes may be on this machine");
}
