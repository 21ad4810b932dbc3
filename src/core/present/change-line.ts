import { t } from "@vscode/l10n";
import type { PlanChange } from "../protocol/maintenance.ts";
import { badgesOf, isUnsafe, markWords } from "./badges.ts";
import { stepLine } from "./step-line.ts";
import { sizeWords } from "./units.ts";

/** A change as a line to read: what comes or goes with an entry is told in the entry's line, what changes of it in one. */
export function changeLine(change: PlanChange): string {
  const { deed, before, after, more = 0 } = change;
  const line = stepLine(change);
  if (deed === "addEntry" || deed === "removeEntry") return withWords(line, summary(change));
  if (deed !== "changeEntry") return line;
  const names = Object.keys({ ...before, ...after });
  if (names.length === 0) return withWords(line, t("memory facts of its files"));
  return more > 0 ? `${line}; ${t("… and {0} more", more)}` : line;
}

const withWords = (line: string, words: string): string => (words === "" ? line : `${line}  ${words}`);

/** As `4.5 GB · 8B · 128K · tools`. */
function summary({ bytes = 0, facts: told = [] }: PlanChange): string {
  const facts = told.map((fact) => ({ ...fact, confidence: 1 }));
  const badges = badgesOf({ facts, capabilities: [], displayName: "" });
  const unsafe = isUnsafe({ facts }) ? [markWords.unsafe()] : [];
  return [...unsafe, ...(bytes > 0 ? [sizeWords(bytes)] : []), ...badges].join(" · ");
}
