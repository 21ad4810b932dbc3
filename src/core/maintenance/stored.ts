import * as v from "valibot";
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
