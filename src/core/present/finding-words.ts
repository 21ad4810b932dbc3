import { t } from "@vscode/l10n";
import type { Finding, Plan } from "../protocol/maintenance.ts";
import { findingWords } from "./plan-words.ts";
import { sizeWords } from "./units.ts";

/** What a doctor's plan can mend, where it is asked to. */
export const mendable = [
  "orphan",
  "stalePartial",
  "danglingLink",
  "missing",
  "moved",
  "twin",
  "duplicateBytes",
] as const satisfies readonly Finding["kind"][];
export type Mendable = (typeof mendable)[number];

export const isMendable = (kind: Finding["kind"]): kind is Mendable => mendable.some((one) => one === kind);

export interface FindingGroup {
  readonly kind: Finding["kind"];
  readonly findings: readonly Finding[];
  /** Of those that tell. */
  readonly bytes: number;
}

/** By kind, in the order of the list; a kind of which nothing was found has no group. */
export function findingGroups(findings: readonly Finding[]): readonly FindingGroup[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds
    .toSorted((one, other) => order.indexOf(one) - order.indexOf(other))
    .map((kind) => {
      const own = findings.filter((finding) => finding.kind === kind);
      return { kind, findings: own, bytes: own.reduce((sum, { bytes = 0 }) => sum + bytes, 0) };
    });
}

/** What can be mended first, then what a person must see to. */
const order: readonly Finding["kind"][] = [
  ...mendable,
  "drift",
  "unsafe",
  "incompleteSplit",
  "lonelyProjector",
  "unreadable",
  "skipped",
];

/** As `12 · 4.5 GB`. */
export const groupCount = ({ findings, bytes }: FindingGroup): string =>
  [String(findings.length), bytes > 0 ? sizeWords(bytes) : ""].filter((part) => part !== "").join(" · ");

/** What mending a kind does, in a sentence's part. */
export function mendWords(kind: Mendable): string {
  const words: Readonly<Record<Mendable, string>> = {
    orphan: t("Move files that nothing names to the trash"),
    stalePartial: t("Move old partial downloads to the trash"),
    danglingLink: t("Remove links that lead nowhere"),
    missing: t("Remove entries whose files are gone"),
    moved: t("Give entries the place where their bytes lie now"),
    twin: t("Keep the richer of entries for the same files"),
    duplicateBytes: t("Replace copies of equal bytes by links"),
  };
  return words[kind];
}

/** A plan holds no more. */
const MOST = 1000;

/** What was found as plain text, by kind, with what can be mended marked. */
export function findingsDocument(title: string, { findings, command }: Plan): string {
  const groups = findingGroups(findings);
  return [
    title,
    "",
    t("Nothing has been changed. “Mend…” makes a plan of what you choose."),
    ...(findings.length >= MOST ? [t("Only the first {0} are told.", MOST)] : []),
    "",
    t("The same in a terminal:"),
    `    ${command}`,
    ...groups.flatMap((group) => [
      "",
      `${capital(findingWords(group.kind))} (${groupCount(group)})${isMendable(group.kind) ? "" : `: ${t("look at it yourself")}`}`,
      "",
      ...group.findings.flatMap((finding) => findingLines(finding, isMendable(group.kind))),
    ]),
    "",
  ].join("\n");
}

/** What is told of it stands below: behind a long path nobody would see it. */
function findingLines({ what, detail, bytes }: Finding, mends: boolean): readonly string[] {
  const size = bytes === undefined ? "" : `  ${sizeWords(bytes)}`;
  return [`${mends ? "!" : " "} ${oneLine(what)}${size}`, `      ${oneLine(detail)}`];
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
/** A name with a line break in it must not pass for another line. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\u2028\u2029]+/g, "␤");
