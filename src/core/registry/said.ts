import type { Row } from "../ports/database.ts";
import { type Characteristic, characteristicNames, characteristicSources } from "../protocol/models.ts";
import { characteristicOf } from "./entry-row.ts";
import { numberIn } from "./fact-fits.ts";
import { text } from "./columns.ts";

/** What the most trusted source says of one characteristic. */
export interface Said {
  readonly name: string;
  /** Least first: 0 is the most trusted source. */
  readonly trust: number;
  /** As JSON. */
  readonly value: string;
  /** Where it is one. */
  readonly number: number | undefined;
  /** As it is shown: of the most trusted source that says a value of a kind we know, if any does. */
  readonly shown: Characteristic | undefined;
}

/** Of an entry: the names we know at their places, then the others in their order. */
export interface AllSaid extends Iterable<Said | undefined> {
  at(place: number): Fact | undefined;
}

/** What filters look at. */
export type Fact = Pick<Said, "value" | "number">;

/** Between the parts of what is said, and between what is said; they stand in no name and, unescaped, in no JSON. */
const [PART, SAID] = ["\u001F", "\u001E"];

/** All that is said of the entry whose name this is, as one text: rows cost more than texts on their way through the thread. */
export const allFacts = (name: string): string =>
  // Keys begin with their entry, hence what is said of it lies side by side. Most are sure, and a real number takes long to write.
  `(SELECT group_concat(concat_ws(char(31), c.name, c.value_json, c.source,
      CASE c.confidence WHEN 1 THEN 1 ELSE c.confidence END), char(30))
    FROM characteristics c WHERE c.key > ${name} || '|' AND c.key < ${name} || '}')`;

/** What sources we know say of a row that has it as `all_facts`. */
export function saidIn(row: Row): readonly (Said | undefined)[] {
  const all = characteristicNames.map((): Said | undefined => undefined);
  const others: Said[] = [];
  for (const one of text(row, "all_facts")?.split(SAID) ?? []) {
    const said = saidBy(one);
    if (said.trust < 0) continue;
    const place = places.get(said.name);
    if (place === undefined) others.push(said);
    else all[place] = above(all[place], said);
  }
  for (const said of others.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    const same = all.length > characteristicNames.length && all.at(-1)?.name === said.name ? all.pop() : undefined;
    all.push(above(same, said));
  }
  return all;
}

/** What both together say. */
function above(one: Said | undefined, other: Said): Said {
  if (!one) return other;
  const [upper, lower] = one.trust <= other.trust ? [one, other] : [other, one];
  const shown = trustOfShown(upper) <= trustOfShown(lower) ? upper.shown : lower.shown;
  return upper.shown === shown ? upper : { ...upper, shown };
}

const trustOf = (source: string): number => characteristicSources.findIndex((each) => each === source);

/** It may be another source's. */
const trustOfShown = ({ shown }: Said): number => (shown ? characteristicSources.indexOf(shown.source) : Infinity);

/** What is said as the parts of its text: by the places of names we know, and of all other names. */
export interface SaidTexts {
  readonly known: ReadonlyMap<number, string>;
  /** Empty where there is none. */
  readonly others: string;
}

/** What sources we know say of a row that has it as `all_facts`, the most trusted first. */
export function saidTexts(row: Row): SaidTexts {
  const known = new Map<number, string>();
  const others: string[] = [];
  for (const one of text(row, "all_facts")?.split(SAID) ?? []) {
    const [name = "", , source = ""] = one.split(PART);
    if (trustOf(source) < 0) continue;
    const place = places.get(name);
    if (place === undefined) others.push(one);
    else known.set(place, joinedByTrust(known.get(place), one));
  }
  return { known, others: others.join(SAID) };
}

function joinedByTrust(before: string | undefined, one: string): string {
  if (before === undefined) return one;
  const all = [...before.split(SAID), one];
  return all.toSorted((a, b) => trustOf(a.split(PART)[2] ?? "") - trustOf(b.split(PART)[2] ?? "")).join(SAID);
}

/** What holds of one name. @param texts of it alone, the most trusted first */
export function saidOf(texts: string): Said | undefined {
  return texts.split(SAID).map(saidBy).reduce(above);
}

/** Its value alone. */
export function valueIn(texts: string): string {
  const begin = texts.indexOf(PART) + 1;
  return texts.slice(begin, texts.indexOf(PART, begin));
}

/** How what is said of this name is found. */
export function finding(name: string): (all: AllSaid) => Fact | undefined {
  const place = places.get(name);
  if (place !== undefined) return (all) => all.at(place);
  return (all) => {
    for (const said of all) if (said?.name === name) return said;
    return undefined;
  };
}

const places = new Map<string, number>(characteristicNames.map((name, place) => [name, place]));

/** Of each characteristic the value that holds, as `effective` chooses it. */
export function effectiveOf(all: AllSaid): readonly Characteristic[] {
  const facts: Characteristic[] = [];
  for (const said of all) if (said?.shown) facts.push(said.shown);
  return facts;
}

/** Most is said of many entries: each is read once, and is one object, which crosses between threads once a page. */
const known = new Map<string, Said>();
const MOST = 4000;

function saidBy(one: string): Said {
  const same = known.get(one);
  if (same) return same;
  const own = copied(one);
  const [name = "", value = "", source = "", confidence = ""] = own.split(PART);
  const said = {
    name,
    trust: trustOf(source),
    value,
    number: numberIn(value),
    shown: characteristicOf({ name, value_json: value, source, confidence: Number(confidence) }),
  };
  if (known.size >= MOST) known.clear();
  known.set(own, said);
  return said;
}

/** A part of a text keeps all of it. */
const copied = (part: string): string => JSON.parse(JSON.stringify(part));
