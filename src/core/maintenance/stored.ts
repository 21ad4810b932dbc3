import * as v from "valibot";
import type { Row } from "../ports/database.ts";
import type { Step } from "./plan.ts";

/** What is read back from the data folder. Anything else than this is damage. */
const value = v.union([v.string(), v.number(), v.null()]);
export const rowSchema = v.record(v.string(), value);
const count = v.pipe(v.number(), v.minValue(0));
export const seenSchema = v.strictObject({ size: v.number(), modified: v.number(), identity: v.string() });

const how = v.picklist(["hard", "symbolic", "clone"]);

export const stepSchema: v.GenericSchema<unknown, Step> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("row"),
    table: v.string(),
    key: v.string(),
    before: v.nullable(rowSchema),
    after: v.nullable(rowSchema),
  }),
  v.strictObject({ kind: v.literal("trash"), path: v.string(), root: v.string(), bytes: count, seen: seenSchema }),
  v.strictObject({
    kind: v.literal("restore"),
    trashId: v.string(),
    path: v.string(),
    root: v.string(),
    bytes: count,
    seen: seenSchema,
  }),
  v.strictObject({ kind: v.literal("delete"), path: v.string(), bytes: count, seen: seenSchema }),
  v.strictObject({ kind: v.literal("removeFolder"), path: v.string() }),
  v.strictObject({ kind: v.literal("makeFolder"), path: v.string() }),
  v.strictObject({ kind: v.literal("makeLink"), path: v.string(), target: v.string(), how, seen: seenSchema }),
  v.strictObject({ kind: v.literal("removeLink"), path: v.string(), target: v.string(), how, seen: seenSchema }),
  v.strictObject({ kind: v.literal("deleteOllama"), model: v.string(), bytes: count }),
]);

/**
 * A step, or undefined where the text is none. Rows are by far the most of them, and are looked at by hand: the schema
 * takes several times as long.
 */
export function parseStep(content: string): Step | undefined {
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (isRowStep(read)) return read;
  const checked = v.safeParse(stepSchema, read);
  return checked.success ? checked.output : undefined;
}

const ROW_STEP: ReadonlySet<string> = new Set(["kind", "table", "key", "before", "after"]);

const isObject = (read: unknown): read is Readonly<Record<string, unknown>> =>
  typeof read === "object" && read !== null && !Array.isArray(read);

const isRowStep = (read: unknown): read is Extract<Step, { kind: "row" }> =>
  isObject(read) &&
  read["kind"] === "row" &&
  typeof read["table"] === "string" &&
  typeof read["key"] === "string" &&
  isRowOrNull(read["before"]) &&
  isRowOrNull(read["after"]) &&
  Object.keys(read).every((name) => ROW_STEP.has(name));

function isRowOrNull(read: unknown): read is Row | null {
  if (read === null) return true;
  if (!isObject(read)) return false;
  for (const name in read) {
    const one = read[name];
    if (one !== null && typeof one !== "string" && typeof one !== "number") return false;
  }
  return true;
}

/** The value, or undefined where the text is no JSON of that shape. */
export function parseStored<T>(schema: v.GenericSchema<unknown, T>, content: string): T | undefined {
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch {
    return undefined;
  }
  const checked = v.safeParse(schema, read);
  return checked.success ? checked.output : undefined;
}
