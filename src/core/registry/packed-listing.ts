import { characteristicNames } from "../protocol/models.ts";
import { NUMBERS, TEXTS } from "./pack-listing.ts";
import type { Listed } from "./listed.ts";
import { type Columns, packedEntry } from "./packed-entry.ts";
import { type Sections, unpackArrays } from "./packed-arrays.ts";
import { textsIn } from "./packed-texts.ts";
import { type Fact, type Said, saidIn, saidOf, valueIn } from "./said.ts";

/** The entries in it, in the order of lists; undefined where it is none. @param isTesting by name */
export function unpackListing(packed: Uint8Array<ArrayBuffer>, isTesting: (name: string) => boolean): readonly Listed[] | undefined {
  const sections = unpackArrays(packed);
  const columns = sections && columnsIn(sections, isTesting);
  return columns && Array.from(columns.testing, (_, index) => packedEntry(columns, index));
}

function columnsIn(sections: Sections, isTesting: (name: string) => boolean): Columns | undefined {
  const texts = TEXTS.flatMap((column) => {
    const [ids, table] = [sections.get(column), textsIn(sections, column)];
    return ids && table ? [[column, { ids, table }] as const] : [];
  });
  const numbers = NUMBERS.flatMap((column) => {
    const values = sections.get(column);
    return values ? [[column, values] as const] : [];
  });
  const said = characteristicNames.flatMap((_, place) => sections.get(`said ${place}`) ?? []);
  const [facts, values] = [textsIn(sections, "said"), sections.get("said numbers")];
  const [others, otherIds] = [textsIn(sections, "others"), sections.get("others")];
  const isWhole =
    texts.length === TEXTS.length && numbers.length === NUMBERS.length && said.length === characteristicNames.length;
  if (!isWhole || !facts || !values || !others || !otherIds) return undefined;
  const known: (Fact | undefined)[] = [];
  const whole: (Said | undefined)[] = [];
  const factOf = (id: number): Fact => {
    const number = values[id] ?? Number.NaN;
    return { value: valueIn(facts.of(id) ?? ""), number: Number.isNaN(number) ? undefined : number };
  };
  return {
    texts: Object.fromEntries(texts),
    numbers: Object.fromEntries(numbers),
    testing: new Uint8Array(otherIds.length).fill(2),
    isTesting,
    said,
    fact: (id) => (id === 0 ? undefined : (known[id] ??= factOf(id))),
    shown: (id) => (id === 0 ? undefined : (whole[id] ??= saidOf(facts.of(id) ?? ""))),
    others: (index) => {
      const text = others.of(otherIds[index] ?? 0);
      return text === null ? [] : saidIn({ all_facts: text }).slice(characteristicNames.length);
    },
  };
}
