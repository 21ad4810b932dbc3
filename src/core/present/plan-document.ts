import { t } from "@vscode/l10n";
import type { Finding, Plan, PlanStep } from "../protocol/maintenance.ts";
import { changeLines } from "./change-lines.ts";
import { findingWords, spaceWords, totalsWords } from "./plan-words.ts";
import { oneLine } from "./step-line.ts";
import { sizeWords } from "./units.ts";

/** Lines of changes that a person may want to read; what is left is counted. */
const MOST = 2000;

/**
 * A plan as plain text, one line per change; lines that add, take away or change begin with the marks of a diff.
 * @param steps those that are shown, of `plan.totals.steps`
 */
export function planDocument(title: string, plan: Plan, steps: readonly PlanStep[]): string {
  const lines = changeLines(steps);
  const shown = lines.slice(0, MOST);
  const left = lines.length - shown.length;
  const isCut = plan.totals.steps > steps.length;
  const space = spaceWords(plan.totals);
  return [
    title,
    "",
    plan.totals.steps === 0 ? t("There is nothing to do.") : t("A preview: nothing has been changed yet."),
    ...(plan.totals.steps === 0 ? [] : [`${totalsWords(plan.totals)}${space === "" ? "" : ` · ${space}`}`]),
    ...(plan.totals.steps === 0 ? [] : [undoWords(plan)]),
    "",
    t("The same in a terminal:"),
    `    ${plan.command}`,
    ...(steps.length === 0
      ? []
      : ["", isCut ? t("The first changes") : t("Changes ({0})", lines.length), "", ...shown]),
    ...moreLines(left, isCut ? plan.totals.steps : undefined),
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

/**
 * What is not shown: lines are what a person reads; steps are smaller, several of them make a line.
 * @param steps of all of the plan; undefined: all were read
 */
function moreLines(left: number, steps: number | undefined): readonly string[] {
  if (steps !== undefined) return [t("… and more, too many to show: the totals above count all {0} steps.", steps)];
  return left > 0 ? [t("… and {0} more", left)] : [];
}

/** As `    unreadable  (mended by this plan)  /models/a.gguf`, and below it `        The file ends too early.` */
function findingLines({ kind, what, detail, mended, bytes }: Finding): readonly string[] {
  const mark = mended ? t("(mended by this plan)") : "";
  const line = [findingWords(kind), mark, oneLine(what), bytes === undefined ? "" : sizeWords(bytes)];
  return [`    ${line.filter((part) => part !== "").join("  ")}`, `        ${oneLine(detail)}`];
}

const undoWords = ({ undoable }: Plan): string =>
  undoable ? t("It can be undone from the history.") : t("It cannot be undone: at least one step is for good.");
