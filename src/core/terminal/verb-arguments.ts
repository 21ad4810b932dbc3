import * as v from "valibot";
import { nearNames } from "../util/near-names.ts";
import { schemaText } from "../util/schema-text.ts";
import { verbs } from "../verbs/table.ts";
import { paletteOnly } from "./palette-only.ts";

/** What a verb is asked with, or why it cannot be. */
export type VerbArguments =
  | { readonly kind: "arguments"; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: "wrong"; readonly problem: string; readonly code: "unknownVerb" | "badArguments" };

/**
 * `--key value` for each argument: text as it is, all else as JSON; a list by repeating its key; a bare `--key` is true.
 * One JSON object in place of all is taken as it is.
 */
export function verbArguments(name: string, words: readonly string[]): VerbArguments {
  const verb = verbs.find((one) => one.name === name && one.doors.includes("terminal"));
  if (!verb) {
    const near = nearNames(
      name,
      verbs.flatMap((one) => (one.doors.includes("terminal") ? [one.name] : [])),
    );
    const hint = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    const problem = paletteOnly(name) ?? `There is no “${name}” in a terminal.${hint}`;
    return { kind: "wrong", problem, code: "unknownVerb" };
  }
  const [first] = words;
  if (words.length === 1 && first?.startsWith("{")) {
    const whole = parse(first);
    return isRecord(whole) ? { kind: "arguments", args: whole } : wrong("It is no JSON object.");
  }
  const given = pairsOf(words);
  if (typeof given === "string") return wrong(given);
  const fields = fieldsOf(verb.args);
  const args: Record<string, unknown> = {};
  for (const [key, texts] of given) {
    const schemas = fields.get(key);
    if (!schemas) {
      const known = [...fields.keys()].map((one) => `--${one}`).join(" ");
      return wrong(`${name} takes no --${key}; it takes ${known === "" ? "nothing" : known}.`);
    }
    args[key] = valueOf(schemas, texts);
  }
  return { kind: "arguments", args };
}

const wrong = (problem: string): VerbArguments => ({ kind: "wrong", problem, code: "badArguments" });

/** What a verb takes, one argument a line; undefined where a terminal has no such verb. */
export function verbHelp(name: string): string | undefined {
  const verb = verbs.find((one) => one.name === name && one.doors.includes("terminal"));
  if (!verb) return undefined;
  const lines = [...fieldsOf(verb.args)].map(([key, schemas]) => {
    const needed = schemas.every(({ type }) => type !== "optional" && type !== "exact_optional");
    return `  --${key} <${[...new Set(schemas.map(schemaText))].join(" | ")}>${needed ? "" : "  (may be left out)"}`;
  });
  return [`Usage: modeldeck ${name}${lines.length > 0 ? " [--key value …]" : ""} [--json]`, ...lines].join("\n");
}

/** The first reading that fits; where none does, what was meant, so that the verb itself says what it wants of it. */
function valueOf(schemas: readonly v.GenericSchema[], texts: readonly (string | true)[]): unknown {
  const [first = true] = texts;
  const read = texts.length > 1 || first === true ? undefined : parse(first);
  const readings: unknown[] = texts.length > 1 ? [texts] : [first, ...(first === true ? [] : [read, [first]])];
  const fits = (value: unknown): boolean =>
    value !== undefined && schemas.some((schema) => v.safeParse(schema, value).success);
  const fitting = readings.findIndex(fits);
  // null fits, too.
  return fitting >= 0 ? readings[fitting] : texts.length > 1 ? texts : (read ?? first);
}

/** @returns a string: what does not fit */
function pairsOf(words: readonly string[]): ReadonlyMap<string, (string | true)[]> | string {
  const pairs = new Map<string, (string | true)[]>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, key, inline] = /^--([\w.-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === undefined) return `“${word}” is no argument; write --key value.`;
    const next = words[at + 1];
    const isBare = inline === undefined && (next === undefined || /^--\w/.test(next));
    if (inline === undefined && !isBare) at += 1;
    pairs.set(key, [...(pairs.get(key) ?? []), isBare ? true : (inline ?? next ?? true)]);
  }
  return pairs;
}

/** Of every form the arguments may take. */
function fieldsOf(schema: unknown): ReadonlyMap<string, readonly v.GenericSchema[]> {
  const fields = new Map<string, v.GenericSchema[]>();
  const collect = (one: unknown): void => {
    if (!isRecord(one)) return;
    for (const option of Array.isArray(one["options"]) ? one["options"] : []) collect(option);
    const entries = one["entries"];
    if (!isRecord(entries)) return;
    for (const [key, field] of Object.entries(entries))
      if (isSchema(field)) fields.set(key, [...(fields.get(key) ?? []), field]);
  };
  collect(schema);
  return fields;
}

const isSchema = (value: unknown): value is v.GenericSchema =>
  isRecord(value) && value["kind"] === "schema" && typeof value["~run"] === "function";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
