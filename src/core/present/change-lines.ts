import { t } from "@vscode/l10n";
import { type Characteristic, characteristicSources } from "../protocol/models.ts";
import type { PlanStep } from "../protocol/maintenance.ts";
import { badgesOf, isUnsafe, markWords } from "./badges.ts";
import { sizeWords } from "./units.ts";
import { oneLine, stepLine, valueWords } from "./step-line.ts";

/** A file, a characteristic or the shape of an entry: steps of their own, which tell little one by one. */
interface Part {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Steps as lines to read: what comes or goes with an entry is told in the entry's line, what changes of it in one. */
export function changeLines(steps: readonly PlanStep[]): readonly string[] {
  const parts = new Map<string, Part[]>();
  for (const step of steps) {
    const part = partOf(step);
    if (part) parts.set(step.what, [...(parts.get(step.what) ?? []), part]);
  }
  const whole = new Set(
    steps.flatMap(({ deed, what }) => (deed === "addEntry" || deed === "removeEntry" ? [what] : [])),
  );
  const told = new Set<string>();
  return steps.flatMap((step) => {
    const { deed, what } = step;
    const isPart = partOf(step) !== undefined;
    const own = parts.get(what) ?? [];
    if (deed === "addEntry") return [withWords(step, summary(own, "after"))];
    if (deed === "removeEntry") return [withWords(step, summary(own, "before"))];
    if (!isPart) return [stepLine(step)];
    if (whole.has(what) || told.has(what)) return [];
    told.add(what);
    return [withWords({ deed, what, final: false }, partsWords(own))];
  });
}

const withWords = (step: PlanStep, words: string): string => [stepLine(step), words].filter(Boolean).join("  ");

const PART = /^(?:file |characteristic |shape$)/;

function partOf({ deed, before, after }: PlanStep): Part | undefined {
  if (deed !== "changeEntry") return undefined;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const [name] = names;
  if (names.length !== 1 || name === undefined || !PART.test(name)) return undefined;
  return { name, before: before?.[name] ?? null, after: after?.[name] ?? null };
}

/** As `4.5 GB · 8B · 128K · tools`. */
function summary(parts: readonly Part[], side: "before" | "after"): string {
  const sizes = parts.flatMap(({ name, [side]: size }) =>
    name.startsWith("file ") && typeof size === "number" ? [size] : [],
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const facts = factsOf(parts, side);
  const badges = badgesOf({ facts, capabilities: [], displayName: "" });
  const unsafe = isUnsafe({ facts }) ? [markWords.unsafe()] : [];
  return [...unsafe, ...(bytes > 0 ? [sizeWords(bytes)] : []), ...badges].join(" · ");
}

/** Of each characteristic what the first of the sources says that says something. */
function factsOf(parts: readonly Part[], side: "before" | "after"): readonly Characteristic[] {
  const all = parts.flatMap(({ name: words, [side]: value }) => {
    const [kind, name, by] = words.split(" ");
    const source = characteristicSources.find((one) => one === by);
    const isValue = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return kind === "characteristic" && name !== undefined && source !== undefined && isValue
      ? [{ name, value, source, confidence: 1 }]
      : [];
  });
  const first = new Map<string, Characteristic>();
  const rank = ({ source }: Characteristic): number => characteristicSources.indexOf(source);
  for (const fact of all.toSorted((one, other) => rank(one) - rank(other)))
    if (!first.has(fact.name)) first.set(fact.name, fact);
  return [...first.values()];
}

/** As many are told of one entry. */
const TOLD = 6;

function partsWords(parts: readonly Part[]): string {
  const words = parts
    .filter(({ name }) => name !== "shape")
    .map(({ name, before, after }) => `${oneLine(name)}: ${valueWords(before)} → ${valueWords(after)}`);
  if (words.length === 0) return t("memory facts of its files");
  return [...words.slice(0, TOLD), ...(words.length > TOLD ? [t("… and {0} more", words.length - TOLD)] : [])].join(
    "; ",
  );
}
