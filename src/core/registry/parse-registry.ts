import { FieldProblem, isRecord } from "./fields.ts";
import { parseEntry } from "./parse-entry.ts";
import type { FiledEntry } from "./registry-file.ts";

export type ParsedRegistry =
  | { readonly kind: "entries"; readonly entries: readonly FiledEntry[] }
  /** `line` counts from 1. Nothing of the file's content is in the words but names. */
  | { readonly kind: "unfit"; readonly problem: string; readonly line?: number };

/** All of it or nothing: the first entry that does not fit is named, by its name or its place. */
export function parseRegistry(text: string): ParsedRegistry {
  const content = text.replace(/^\uFEFF/, "");
  let given: unknown;
  try {
    given = JSON.parse(content);
  } catch (error) {
    const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    if (position === undefined) return unfit("it is no JSON");
    return { ...unfit("it is no JSON from here on"), line: content.slice(0, Number(position)).split("\n").length };
  }
  if (!Array.isArray(given)) return unfit("it holds no array of entries");
  const entries: FiledEntry[] = [];
  const places = new Map<string, number>();
  for (const [index, one] of given.entries()) {
    const called = nameOf(one, index + 1);
    if (!isRecord(one)) return unfit(`${called} is no object`);
    try {
      const entry = parseEntry(one);
      const first = places.get(entry.name);
      if (first !== undefined) return unfit(`${called} has the name of entry ${first}`);
      places.set(entry.name, index + 1);
      entries.push(entry);
    } catch (error) {
      if (error instanceof FieldProblem) return unfit(`${called}: ${error.message}`);
      // Deeper than the stack: no registry is.
      if (error instanceof RangeError) return unfit(`${called} is nested too deep`);
      throw error;
    }
  }
  return { kind: "entries", entries };
}

const unfit = (problem: string): ParsedRegistry & { readonly kind: "unfit" } => ({ kind: "unfit", problem });

/** `entry 3 (“foo”)`, counted from 1. */
function nameOf(given: unknown, place: number): string {
  const name = isRecord(given) ? given["name"] : undefined;
  return typeof name === "string" && name.trim() !== ""
    ? `entry ${place} (“${name.trim().slice(0, 100)}”)`
    : `entry ${place}`;
}
