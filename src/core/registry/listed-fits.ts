import { capabilityOf } from "../identify/capabilities-of.ts";
import { anyCase } from "./any-case.ts";
import { isTooLong } from "./entry-query.ts";
import { factFits, foldCase } from "./fact-fits.ts";
import type { Listed } from "./listed.ts";
import { SYNTHETIC } from "./presence.ts";
import type { EntryFilter, FactFilter } from "./registry.ts";
import { finding } from "./said.ts";

type Fits = (one: Listed) => boolean;

/**
 * Whether an entry fits the filter, as `matching` of entry-query.ts has SQLite say it.
 * undefined where SQLite must be asked.
 * @param isThere what is remembered of the file of the entry whose row has this key
 */
export function listedFits(filter: EntryFilter, isThere: (key: string) => boolean): Fits | undefined {
  // SQLite takes it for the end of a text.
  if (JSON.stringify(filter).includes(String.raw`\u0000`)) return undefined;
  // What is quickly told comes first.
  const parts: Fits[] = [];
  if (filter.includeDeprecated !== true) parts.push(({ row }) => row.deprecated !== 1);
  for (const column of ["backend", "location", "format", "quantization"] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) parts.push(byText(equal(wanted), column));
  }
  if (filter.family !== undefined) {
    const fits = equal(filter.family);
    parts.push((one) => fits(textOf(one, "family")));
  }
  if (filter.role !== undefined) parts.push(byText(among(filter.role), "roles_json"));
  if (filter.capability !== undefined) parts.push(capable(filter.capability));
  for (const fact of filter.where ?? []) parts.push(listedHas(fact));
  for (const word of filter.text?.split(/\s+/).filter((one) => one !== "") ?? []) parts.push(holding(word));
  const { installed } = filter;
  if (installed !== undefined) parts.push((one) => isInstalled(one, isThere) === installed);
  if (filter.includeTesting !== true) parts.push(({ row }) => row.testing !== 1);
  return (one) => parts.every((fits) => fits(one));
}

/** Whether the effective value fits, as `holdingFacts` of entry-query.ts has SQLite say it. */
function listedHas(fact: FactFilter): Fits {
  const [fits, unsaid, find] = [factFits(fact), fitsUnsaid(fact), finding(fact.name)];
  return (one) => {
    const said = find(one.said);
    return said ? fits(said) : unsaid(one);
  };
}

/** As `holdsUnsaid` of entry-query.ts says it. */
function fitsUnsaid({ name, is }: FactFilter): Fits {
  if (is === "") return () => true;
  const capability = is === true ? capabilityOf(name) : undefined;
  return capability === undefined ? () => false : capable(capability);
}

/** As presence-condition.ts says it. */
function isInstalled({ row }: Listed, isThere: (key: string) => boolean): boolean {
  const { key, path, downloaded_at: downloadedAt } = row;
  if (typeof path !== "string" || path === "") return false;
  return path.startsWith(SYNTHETIC) ? downloadedAt !== null && downloadedAt !== "" : isThere(String(key));
}

function holding(word: string): Fits {
  const folded = anyCase(word);
  if (folded === "never" || isTooLong(word)) return () => false;
  if (folded) return ({ searched }) => folded.pattern.test(searched);
  const wanted = foldCase(word.toWellFormed());
  return ({ searched }) => searched.includes(wanted);
}

/** Empty where there is none. */
const textOf = ({ row }: Listed, column: keyof Listed["row"]): string => String(row[column] ?? "");

const capable = (capability: string): Fits => byText(among(capability), "capabilities_json");

/** Of a column with few texts each is asked for once. */
function byText(fits: (text: string) => boolean, column: keyof Listed["row"]): Fits {
  const known = new Map<string, boolean>();
  return (one) => {
    const text = textOf(one, column);
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
