import { t } from "@vscode/l10n";
import type { Finding, Plan } from "../protocol/maintenance.ts";
import { findingWords, spaceWords, totalsWords } from "./plan-words.ts";
import { oneLine } from "./step-line.ts";
import { sentences } from "./sentences.ts";
import { sizeWords } from "./units.ts";

/** A plan's changes as lines to read. */
export interface ChangesTold {
  readonly lines: readonly string[];
  /** Of all of the plan. */
  readonly total: number;
  /** The terminal command that tells those after the last line; absent where that was the last. */
  readonly next?: string;
}

/** A plan as plain text, one line per change; lines that add, take away or change begin with the marks of a diff. */
export function planDocument(title: string, plan: Plan, { lines, total, next }: ChangesTold): string {
  const space = spaceWords(plan.totals);
  return [
    title,
    "",
    plan.totals.steps === 0 ? t("There is nothing to do.") : t("A preview: nothing has been changed yet."),
    ...(plan.totals.steps === 0 ? [] : [`${totalsWords(plan.totals)}${space === "" ? "" : ` · ${space}`}`]),
    ...(plan.totals.steps === 0 ? [] : [undoWords(plan)]),
    ...(next === undefined
      ? []
      : ["", t("Only the first {0} of {1} changes are listed here. The next:", lines.length, total), `    ${next}`]),
    "",
    t("The same in a terminal:"),
    `    ${plan.command}`,
    ...(lines.length === 0 ? [] : ["", t("Changes ({0})", total), "", ...lines]),
    ...(total > lines.length ? [t("… and {0} more", total - lines.length)] : []),
    ...(plan.keptBack.length === 0
      ? []
      : [
          "",
          t("Left alone ({0})", plan.keptBack.length),
          "",
          ...plan.keptBack.map(({ what, reason }) => `    ${oneLine(what)}: ${oneLine(reason)}`),
        ]),
    ...(plan.findings.length === 0
      ? []
      : ["", t("Found ({0})", plan.findings.length), "", ...plan.findings.flatMap(findingLines)]),
    "",
  ].join("\n");
}

/** As `    unreadable  (mended by this plan)  /models/a.gguf`, and below it `        The file ends too early.` */
function findingLines({ kind, what, detail, mended, bytes }: Finding): readonly string[] {
  const mark = mended ? t("(mended by this plan)") : "";
  const line = [findingWords(kind), mark, oneLine(what), bytes === undefined ? "" : sizeWords(bytes)];
  return [`    ${line.filter((part) => part !== "").join("  ")}`, `        ${oneLine(detail)}`];
}

/** What its totals do not say. */
const undoWords = ({ undoable, operation }: Plan): string =>
  sentences(
    operation === "restoreBackup"
      ? t("Files stay as they are: one that was removed comes back by undoing its removal.")
      : undefined,
    undoable ? t("It can be undone from the history.") : t("It cannot be undone: at least one step is for good."),
  );
