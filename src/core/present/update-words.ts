import { t } from "@vscode/l10n";
import type { UpdateReport } from "../protocol/metadata.ts";
import { code, paragraphs, plain, table } from "./markdown.ts";
import { sizeWords } from "./units.ts";

export interface UpdateRow {
  readonly label: string;
  /** As `weights, template · 4.9 GB to fetch`. */
  readonly description: string;
  /** The files that changed. */
  readonly detail: string;
}

/** How a model stands in the list of updates. @param name as people know it */
export const updateRow = (report: UpdateReport, name: string): UpdateRow => ({
  label: name,
  description: [
    report.touches.map(touchWords).join(", "),
    report.bytes > 0 ? t("{0} to fetch", sizeWords(report.bytes)) : "",
  ]
    .filter((part) => part !== "")
    .join(" · "),
  detail: report.files.map(({ path, change }) => `${changeMark[change]} ${path}`).join("  "),
});

const changeMark = { changed: "±", added: "+", removed: "−" } as const;

function touchWords(touch: UpdateReport["touches"][number]): string {
  const words: Readonly<Record<typeof touch, string>> = {
    weights: t("weights"),
    template: t("chat template"),
    config: t("configuration"),
    document: t("documentation"),
  };
  return words[touch];
}

function stateWords(state: UpdateReport["state"]): string {
  const words: Readonly<Record<typeof state, string>> = {
    current: t("up to date"),
    changed: t("changed"),
    gone: t("no longer there"),
    unknown: t("unknown"),
  };
  return words[state];
}

const states: readonly UpdateReport["state"][] = ["changed", "gone", "unknown", "current"];

/** As `20 models looked at: 3 changed, 17 up to date`. */
export function updatesWords(reports: readonly UpdateReport[]): string {
  const parts = states.flatMap((state) => {
    const count = reports.filter((report) => report.state === state).length;
    return count === 0 ? [] : [`${count} ${stateWords(state)}`];
  });
  const said = reports.length === 1 ? t("1 model looked at") : t("{0} models looked at", reports.length);
  return parts.length === 0 ? said : `${said}: ${parts.join(", ")}`;
}

/** Markdown: a line a model, what changed first. */
export const updatesDocument = (reports: readonly UpdateReport[]): string =>
  paragraphs(
    `# ${t("Updates")}`,
    updatesWords(reports),
    table(
      [t("Model"), t("State"), t("What changed"), t("To fetch"), t("Files")],
      reports
        .toSorted((one, other) => states.indexOf(one.state) - states.indexOf(other.state))
        .map((report) => [
          plain(report.entry),
          report.reason ? `${stateWords(report.state)}: ${plain(report.reason.message)}` : stateWords(report.state),
          report.touches.length > 0 ? report.touches.map(touchWords).join(", ") : "–",
          report.bytes > 0 ? sizeWords(report.bytes) : "–",
          report.files.length > 0
            ? report.files.map(({ path, change }) => `${changeMark[change]} ${code(path)}`).join("; ")
            : "–",
        ]),
    ),
  );
