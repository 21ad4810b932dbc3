import type { Row, Value } from "../ports/database.ts";
import type { PlanStep, PlanTotals } from "../protocol/maintenance.ts";
import { isFinal } from "./inverse.ts";
import type { Step } from "./plan.ts";
import { type Slices, each } from "./slices.ts";

type RowStep = Extract<Step, { kind: "row" }>;

/** The line of a preview for each step. */
export function planStep(step: Step): PlanStep {
  const final = isFinal(step);
  switch (step.kind) {
    case "row":
      return rowLine(step);
    case "trash":
    case "restore":
    case "delete":
      return { deed: step.kind, what: step.path, bytes: step.bytes, final };
    case "removeFolder":
    case "makeFolder":
      return { deed: step.kind, what: step.path, final };
    case "makeLink":
      return { deed: step.kind, what: step.path, after: { how: step.how, target: step.target }, final };
    case "removeLink":
      return { deed: step.kind, what: step.path, before: { how: step.how, target: step.target }, final };
    case "deleteOllama":
      return { deed: "delete", what: step.model, bytes: step.bytes, final };
  }
}

/** Files, characteristics and the shape are parts of their entry: to have or lose one changes it. */
function rowLine({ table, key, before, after }: RowStep): PlanStep {
  if (table !== "entries") {
    const part = partOf(table, key, before, after);
    return { deed: "changeEntry", what: entryOf(table, key, before ?? after), ...part, final: false };
  }
  const what = nameIn(key);
  const layer = key.slice(0, key.indexOf(":"));
  if (before === null) return { deed: "addEntry", what, after: { layer }, final: false };
  if (after === null) return { deed: "removeEntry", what, before: { layer }, final: false };
  return { deed: "changeEntry", what, ...fieldsOf(before, after), final: false };
}

export function partOf(
  table: string,
  key: string,
  before: Row | null,
  after: Row | null,
): Pick<PlanStep, "before" | "after"> {
  const name = partName(table, key);
  const told = (row: Row | null): unknown => (row === null ? null : partValue(table, row));
  if (before === null || after === null) return { before: { [name]: told(before) }, after: { [name]: told(after) } };
  const changed = fieldsOf(wordsOf(table, before), wordsOf(table, after));
  return { before: { [name]: changed.before }, after: { [name]: changed.after } };
}

function partName(table: string, key: string): string {
  if (table === "files") return `file ${key}`;
  return table === "shapes" ? "shape" : `characteristic ${key.split("|").slice(1).join(" ")}`;
}

function partValue(table: string, row: Row): unknown {
  if (table === "files") return row["size_bytes"] ?? null;
  return table === "shapes" ? wordsOf(table, row) : shown("value_json", row["value_json"] ?? null);
}

/** A shape holds a number for each layer, which nobody reads: what is one word or number is told. */
function wordsOf(table: string, row: Row): Row {
  if (table !== "shapes") return row;
  const body = shown("body_json", row["body_json"] ?? null);
  return typeof body !== "object" || body === null
    ? {}
    : Object.fromEntries(
        Object.entries(body).filter(
          (field): field is [string, string | number] => typeof field[1] === "string" || typeof field[1] === "number",
        ),
      );
}

/** The entry a row belongs to; of a file that belongs to none its path. */
export function entryOf(table: string, key: string, row: Row | null): string {
  if (table === "entries") return nameIn(key);
  const entry = row?.["entry"];
  return typeof entry === "string" && entry !== "" ? entry : key;
}

/** `<layer>:<name>` */
export const nameIn = (key: string): string => key.slice(key.indexOf(":") + 1);

/** The columns that differ, as doors call them. */
function fieldsOf(before: Row, after: Row): { readonly before: Fields; readonly after: Fields } {
  const columns = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = columns.filter((column) => (before[column] ?? null) !== (after[column] ?? null));
  const pick = (row: Row): Fields =>
    Object.fromEntries(differing.map((column) => [fieldName(column), shown(column, row[column] ?? null)]));
  return { before: pick(before), after: pick(after) };
}

type Fields = Readonly<Record<string, unknown>>;

/** `role_priority_json` → `rolePriority` */
const fieldName = (column: string): string =>
  column.replace(/_json$/, "").replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function shown(column: string, value: Value): unknown {
  if (!column.endsWith("_json") || typeof value !== "string") return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed;
  } catch {
    return value;
  }
}

/** An entry counts once, however many of its layers are touched: one that has a row before and after is changed. */
export function totalsOf(all: readonly Step[]): PlanTotals {
  // Nearly all are rows of characteristics, which count for none of it.
  const steps = all.filter((step) => step.kind !== "row" || step.table === "entries");
  const rows = steps.filter((step) => step.kind === "row");
  const names = (fits: (step: RowStep) => boolean): ReadonlySet<string> =>
    new Set(rows.filter(fits).map(({ key }) => nameIn(key)));
  const [before, after] = [names((step) => step.before !== null), names((step) => step.after !== null)];
  const touched = [...names(() => true)];
  const bytesOf = (...kinds: readonly Step["kind"][]): number =>
    steps.reduce((sum, step) => sum + (kinds.includes(step.kind) && "bytes" in step ? step.bytes : 0), 0);
  return {
    added: touched.filter((name) => !before.has(name)).length,
    removed: touched.filter((name) => !after.has(name)).length,
    changed: touched.filter((name) => before.has(name) && after.has(name)).length,
    files: steps.filter(({ kind }) => kind === "trash" || kind === "delete" || kind === "deleteOllama").length,
    freedBytes: bytesOf("delete", "deleteOllama"),
    trashedBytes: bytesOf("trash"),
    steps: all.length,
  };
}

/** More entries than a person sees at a glance. */
const MANY = 10;

/** Files go, or many entries. */
export const isDestructive = ({ files, removed }: PlanTotals): boolean => files > 0 || removed >= MANY;

/** Names of the entries the steps touch, once each. */
export function* entriesOf(steps: readonly Step[]): Slices<readonly string[]> {
  const names = new Set<string>();
  yield* each(steps, (step) => {
    if (step.kind === "row") names.add(entryOf(step.table, step.key, step.before ?? step.after));
  });
  return [...names];
}
