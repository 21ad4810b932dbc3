import { badgeFacts } from "../present/badges.ts";
import type { PlanChange } from "../protocol/maintenance.ts";
import { type Characteristic, characteristicSources } from "../protocol/models.ts";
import type { Step } from "./plan.ts";
import { entryOf, nameIn, partOf, planStep } from "./plan-lines.ts";
import { type Slices, each } from "./slices.ts";

type RowStep = Extract<Step, { kind: "row" }>;

/** A step that a person reads of, with the rows of its entry that are told in the same line. */
export interface Change {
  readonly step: Step;
  /** Files, characteristics and the shape. */
  readonly parts: readonly RowStep[];
}

/** In the order of the steps. What comes or goes with an entry is told with it, what changes of one at its first part. */
export function* changesOf(steps: readonly Step[]): Slices<readonly Change[]> {
  const parts = new Map<string, RowStep[]>();
  const whole = new Set<string>();
  yield* each(steps, (step) => {
    if (step.kind !== "row") return;
    if (isWhole(step)) whole.add(nameIn(step.key));
    if (!isPart(step)) return;
    const own = parts.get(ownerOf(step));
    if (own) own.push(step);
    else parts.set(ownerOf(step), [step]);
  });
  const changes: Change[] = [];
  const told = new Set<string>();
  yield* each(steps, (step) => {
    if (step.kind !== "row") changes.push({ step, parts: [] });
    else if (!isPart(step)) changes.push({ step, parts: isWhole(step) ? (parts.get(nameIn(step.key)) ?? []) : [] });
    else if (!whole.has(ownerOf(step)) && !told.has(ownerOf(step))) {
      told.add(ownerOf(step));
      changes.push({ step, parts: parts.get(ownerOf(step)) ?? [] });
    }
  });
  return changes;
}

export function planChange({ step, parts }: Change): PlanChange {
  if (step.kind === "row" && isPart(step))
    return { deed: "changeEntry", what: ownerOf(step), ...partsOf(parts), final: false };
  const line = planStep(step);
  if (step.kind !== "row" || !isWhole(step)) return cut(line);
  const side = step.before === null ? "after" : "before";
  const bytes = parts
    .map(({ table, [side]: row }) => (table === "files" ? row?.["size_bytes"] : undefined))
    .reduce((sum: number, size) => sum + (typeof size === "number" ? size : 0), 0);
  const facts = factsOf(parts, side);
  return { ...line, ...(bytes > 0 && { bytes }), ...(facts.length > 0 && { facts }) };
}

const isPart = ({ table }: RowStep): boolean => table !== "entries";

const isWhole = ({ table, before, after }: RowStep): boolean =>
  table === "entries" && (before === null || after === null);

const ownerOf = ({ table, key, before, after }: RowStep): string => entryOf(table, key, before ?? after);

/** Of each characteristic what the first of the sources says that says something. What is not so needs no word. */
function factsOf(parts: readonly RowStep[], side: "before" | "after"): NonNullable<PlanChange["facts"]> {
  const first = new Map<string, Pick<Characteristic, "name" | "value" | "source">>();
  for (const { table, [side]: row } of parts) {
    const name = row?.["name"];
    if (table !== "characteristics" || typeof name !== "string" || !badgeFacts.has(name)) continue;
    const source = characteristicSources.find((one) => one === row?.["source"]);
    const value = scalar(row?.["value_json"]);
    if (source === undefined || value === undefined) continue;
    const known = first.get(name);
    if (known === undefined || rank(source) < rank(known.source)) first.set(name, { name, value, source });
  }
  return [...first.values()].filter(({ value }) => value !== false);
}

const rank = (source: Characteristic["source"]): number => characteristicSources.indexOf(source);

function scalar(json: unknown): Characteristic["value"] | undefined {
  if (typeof json !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** As many are told of one entry. */
const TOLD = 6;

/** A shape has numbers that nobody reads: that it changes is told where nothing else does. */
function partsOf(parts: readonly RowStep[]): Pick<PlanChange, "before" | "after" | "more"> {
  const words = parts.filter(({ table }) => table !== "shapes");
  const told = words.slice(0, TOLD).map(({ table, key, before, after }) => partOf(table, key, before, after));
  return {
    before: short(Object.assign({}, ...told.map(({ before }) => before))),
    after: short(Object.assign({}, ...told.map(({ after }) => after))),
    ...(words.length > TOLD && { more: words.length - TOLD }),
  };
}

/** A preview's line shows less of a value. */
const LONGEST = 200;

const cut = (line: PlanChange): PlanChange => ({
  ...line,
  ...(line.before && { before: short(line.before) }),
  ...(line.after && { after: short(line.after) }),
});

const short = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shortValue(value)]));

function shortValue(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined) return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? text.slice(0, LONGEST) : value;
}
