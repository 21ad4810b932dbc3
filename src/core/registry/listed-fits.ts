import { capabilityOf } from "../identify/capabilities-of.ts";
import { isTooLong } from "./entry-query.ts";
import { foldCase } from "./fact-fits.ts";
import type { Listed } from "./listed.ts";
import { SYNTHETIC } from "./presence.ts";
import type { EntryFilter, FactFilter } from "./registry.ts";

type Fits = (one: Listed) => boolean;

/**
 * Whether an entry fits all of the filter but its characteristics, as `matching` of entry-query.ts has SQLite say it.
 * undefined where SQLite must be asked.
 * @param isThere what is remembered of the file of the entry whose row has this key
 */
export function listedFits(filter: EntryFilter, isThere: (key: string) => boolean): Fits | undefined {
  // SQLite takes it for the end of a text.
  if (JSON.stringify(filter).includes(String.raw`\u0000`)) return undefined;
  const parts: Fits[] = [];
  if (filter.includeDeprecated !== true) parts.push(({ deprecated }) => !deprecated);
  if (filter.includeTesting !== true) parts.push(({ testing }) => !testing);
  for (const column of ["backend", "location", "format", "quantization"] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) parts.push(byText(equal(wanted), (one) => one[column]));
  }
  if (filter.family !== undefined) {
    const fits = equal(filter.family);
    parts.push(({ family }) => fits(family));
  }
  if (filter.role !== undefined) parts.push(byText(among(filter.role), ({ roles }) => roles));
  if (filter.capability !== undefined) parts.push(capable(filter.capability));
  for (const word of filter.text?.split(/\s+/).filter((one) => one !== "") ?? []) {
    const wanted = foldCase(word.toWellFormed());
    parts.push(isTooLong(word) ? () => false : ({ searched }) => searched.includes(wanted));
  }
  const { installed } = filter;
  if (installed !== undefined) parts.push((one) => isInstalled(one, isThere) === installed);
  return (one) => parts.every((fits) => fits(one));
}

/** As `holdsUnsaid` of entry-query.ts says it. */
export function fitsUnsaid({ name, is }: FactFilter): Fits {
  if (is === "") return () => true;
  const capability = is === true ? capabilityOf(name) : undefined;
  return capability === undefined ? () => false : capable(capability);
}

/** As presence-condition.ts says it. */
function isInstalled({ key, path, downloadedAt }: Listed, isThere: (key: string) => boolean): boolean {
  if (path === "") return false;
  return path.startsWith(SYNTHETIC) ? downloadedAt !== "" : isThere(key);
}

const capable = (capability: string): Fits => byText(among(capability), ({ capabilities }) => capabilities);

/** Of a column with few texts each is asked for once. */
function byText(fits: (text: string) => boolean, textOf: (one: Listed) => string): Fits {
  const known = new Map<string, boolean>();
  return (one) => {
    const text = textOf(one);
    const answer = known.get(text) ?? fits(text);
    known.set(text, answer);
    return answer;
  };
}

function equal(value: string): (text: string) => boolean {
  const wanted = foldCase(value.toWellFormed());
  return (text) => text.length === wanted.length && foldCase(text) === wanted;
}

function among(value: string): (json: string) => boolean {
  if (value === "") return (json) => json === "[]" || textsIn(json).length === 0;
  const written = JSON.stringify(value);
  if (isTooLong(written)) return () => false;
  const [wanted, folded] = [foldCase(written), foldCase(value.toWellFormed())];
  return (json) =>
    foldCase(json).includes(wanted) &&
    (!json.includes("\\") || textsIn(json).some((text) => foldCase(text.toWellFormed()) === folded));
}

/** None where it is no JSON. */
function textsIn(json: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return [];
  }
  const all: readonly unknown[] = typeof parsed === "object" && parsed !== null ? Object.values(parsed) : [parsed];
  return all.filter((one) => typeof one === "string");
}
