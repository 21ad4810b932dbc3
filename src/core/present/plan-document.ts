import { t } from "@vscode/l10n";
import type { Finding, Plan, PlanStep } from "../protocol/maintenance.ts";
import { deedWords, findingWords, spaceWords, totalsWords } from "./plan-words.ts";
import { sizeWords } from "./units.ts";

/**
 * A plan as plain text, one line per change; lines that add, take away or change begin with the marks of a diff.
 * @param steps those that are shown, of `plan.totals.steps`
 */
export function planDocument(title: string, plan: Plan, steps: readonly PlanStep[]): string {
  const left = plan.totals.steps - steps.length;
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
    ...(steps.length === 0 ? [] : ["", t("Changes ({0})", plan.totals.steps), "", ...steps.map(stepLine)]),
    ...(left > 0 ? [t("… and {0} more", left)] : []),
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
      : ["", t("Found ({0})", plan.findings.length), "", ...plan.findings.map(findingLine)]),
    "",
  ].join("\n");
}

/** As `    unreadable  /models/a.gguf: The file ends too early.  (mended)`. */
function findingLine({ kind, what, detail, mended, bytes }: Finding): string {
  const said = [
    findingWords(kind),
    `${oneLine(what)}: ${oneLine(detail)}`,
    bytes === undefined ? "" : sizeWords(bytes),
  ];
  return `    ${[...said, mended ? t("(mended by this plan)") : ""].filter((part) => part !== "").join("  ")}`;
}

const undoWords = ({ undoable }: Plan): string =>
  undoable ? t("It can be undone from the history.") : t("It cannot be undone: at least one step is for good.");

const marks: Readonly<Record<PlanStep["deed"], string>> = {
  addEntry: "+",
  restore: "+",
  makeFolder: "+",
  makeLink: "+",
  changeEntry: "!",
  removeEntry: "-",
  trash: "-",
  delete: "-",
  removeFolder: "-",
  removeLink: "-",
};

/** As `- move to trash  /models/a.gguf  4.9 GB`. */
export function stepLine(step: PlanStep): string {
  const fields = fieldWords(step);
  return [
    `${marks[step.deed]} ${deedWords(step.deed)}`,
    oneLine(step.what),
    step.bytes === undefined || step.deed.endsWith("Entry") ? "" : sizeWords(step.bytes),
    fields,
    step.final ? t("for good") : "",
  ]
    .filter((part) => part !== "")
    .join("  ");
}

/** The fields that change, as `roles: [] → ["chat"]`; where the whole comes or goes, its layer. */
function fieldWords({ deed, before, after }: PlanStep): string {
  const layer = (before ?? after)?.["layer"];
  if (deed === "addEntry" || deed === "removeEntry") return typeof layer === "string" ? `(${layer})` : "";
  if (deed !== "changeEntry" || (before === undefined && after === undefined)) return "";
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => `${name}: ${valueWords(before?.[name])} → ${valueWords(after?.[name])}`).join("; ");
}

/** Longer values are cut: a line is to be read. */
const LONGEST = 120;

function valueWords(value: unknown): string {
  if (value === undefined || value === null) return t("none");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = oneLine(text === "" ? '""' : text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A name with a line break in it must not pass for another line. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\u2028\u2029]+/g, "␤");
