import { blankEntry } from "../../registry/blank-entry.ts";
import * as v from "valibot";
import type { Row } from "../../ports/database.ts";
import type { KeptBack } from "../../protocol/maintenance.ts";
import { flag, json, text } from "../../registry/columns.ts";
import type { Operation } from "../operation.ts";
import type { Step } from "../plan.ts";
import { off, word } from "./choices.ts";
import { collectionOf, isDiscovered, nameOf } from "./collection.ts";

const options = v.strictObject({
  /** Its id; the newest that holds Ollama entries where left out. */
  backup: v.optional(word),
  includeDeprecated: off,
});

/** Adds the Ollama entries of a backup that the registry lacks to the discovered layer. */
export const restoreOllama: Operation<v.InferOutput<typeof options>> = {
  name: "restoreOllama",
  options,
  backup: true,
  wants: ({ backup }) => ({ backup: backup ?? "newest" }),
  decide: (survey, { includeDeprecated }) => {
    if (survey.backup === undefined)
      return { steps: [], keptBack: [{ what: "backup", reason: "there is none that holds Ollama entries" }] };
    const collection = collectionOf(survey);
    const wanted = survey.backup.filter(
      (row) => row["backend"] === "ollama" && (includeDeprecated || !flag(row, "deprecated")),
    );
    const added = new Map<string, Step>();
    const keptBack: KeptBack[] = [];
    // What showed in the backup comes back, hence discovered ones first.
    for (const row of [...wanted.filter(isDiscovered), ...wanted.filter((row) => !isDiscovered(row))]) {
      const problem = problemOf(row);
      const name = nameOf(row);
      if (problem !== undefined)
        keptBack.push({ what: text(row, "key") ?? "an entry without a name", reason: problem });
      else if (!added.has(name) && collection.rows(name).length === 0) added.set(name, addition(name, row));
    }
    return { steps: [...added.values()], keptBack };
  },
};

/** Every column of `entries`; what may be left out has the value it has then. null: none. undefined: must be there. */
const columns: Readonly<Record<string, string | number | null | undefined>> = {
  display_name: undefined,
  family: undefined,
  backend: undefined,
  ...blankEntry,
};
const counts: ReadonlySet<string> = new Set(["size_bytes", "deprecated", "locked"]);

/** Why a row must not come back; undefined: it may. */
function problemOf(row: Row): string | undefined {
  const name = text(row, "name");
  if (name === undefined) return "it has no name";
  if (/[|\p{Cc}]/u.test(name)) return "its name holds a character that is not allowed in names";
  for (const [column, without] of Object.entries(columns)) {
    const value = row[column] ?? without;
    if (value === undefined || value === "") return `its ${column} is empty`;
    if (value === null) continue;
    if ((typeof value === "number") !== counts.has(column)) return `its ${column} is of the wrong kind`;
    if (column.endsWith("_json") && !isLike(json({ [column]: value }, column), without))
      return `its ${column} cannot be read`;
  }
  return undefined;
}

const isLike = (value: unknown, without: unknown): boolean =>
  typeof value === "object" && value !== null && Array.isArray(value) === (without === "[]");

const addition = (name: string, row: Row): Step => {
  const key = `discovered:${name}`;
  const kept = Object.entries(columns).map(([column, without]) => [column, row[column] ?? without ?? null] as const);
  const after: Row = { key, name, layer: "discovered", ...Object.fromEntries(kept) };
  return { kind: "row", table: "entries", key, before: null, after };
};
