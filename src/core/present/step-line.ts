import { t } from "@vscode/l10n";
import type { PlanStep } from "../protocol/maintenance.ts";
import { deedWords } from "./plan-words.ts";
import { sizeWords } from "./units.ts";

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
  return names
    .map((name) => `${oneLine(name)}: ${valueWords(before?.[name])} → ${valueWords(after?.[name])}`)
    .join("; ");
}

/** Longer values are cut: a line is to be read. */
const LONGEST = 120;

export function valueWords(value: unknown): string {
  if (value === undefined || value === null) return t("none");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = oneLine(text === "" ? '""' : text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** A name with a line break in it must not pass for another line. */
export const oneLine = (text: string): string => text.replaceAll(/[\r\n\u2028\u2029]+/g, "␤");
