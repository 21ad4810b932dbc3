import { characteristicNames } from "../protocol/models.ts";
import { NUMBERS, TEXTS } from "./pack-listing.ts";
import type { Listed } from "./listed.ts";
import { type Columns, packedEntry } from "./packed-entry.ts";
import { type Sections, unpackArrays } from "./packed-arrays.ts";
import { textsIn } from "./packed-texts.ts";
import { likelyPatterns, testingNames } from "./testing-name.ts";
import { type Fact, type Said, saidIn, saidOf, valueIn } from "./said.ts";

/** The entries in it, in the order of lists; undefined where it is none. @param testingPatterns tell testing entries */
export function unpackListing(
  packed: Uint8Array<ArrayBuffer>,
  testingPatterns: readonly string[],
): readonly Listed[] | undefined {
  const sections = unpackArrays(packed);
  const columns = sections && columnsIn(sections, testingPatterns);
  return (
    columns && Array.from({ length: sections.get("name")?.length ?? 0 }, (_, index) => packedEntry(columns, index))
  );
}

function columnsIn(sections: Sections, testingPatterns: readonly string[]): Columns | undefined {
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
  const known: (Fact | undefined)[] = Array.from({ length: values.length });
  const whole: (Said | undefined)[] = Array.from({ length: values.length });
  const names = textsIn(sections, "name");
  let isTesting: ((folded: string) => boolean) | undefined;
  const factOf = (id: number): Fact => {
    const number = values[id] ?? Number.NaN;
    return { value: valueIn(facts.of(id) ?? ""), number: Number.isNaN(number) ? undefined : number };
  };
  return {
    texts: Object.fromEntries(texts),
    numbers: Object.fromEntries(numbers),
    isTesting: (folded) => {
      isTesting ??= testingNames(likelyPatterns(testingPatterns, names?.allFolded() ?? ""));
      return isTesting(folded);
    },
    said,
    fact: (id) => (id === 0 ? undefined : (known[id] ??= factOf(id))),
    shown: (id) => (id === 0 ? undefined : (whole[id] ??= saidOf(facts.of(id) ?? ""))),
    others: (index) => {
      const text = others.of(otherIds[index] ?? 0);
      return text === null ? [] : saidIn({ all_facts: text }).slice(characteristicNames.length);
    },
  };
}
