import { characteristicNames } from "../protocol/models.ts";
import { NUMBERS, TEXTS } from "./pack-listing.ts";
import type { Listed } from "./listed.ts";
import { type Columns, packedEntry } from "./packed-entry.ts";
import { type Sections, unpackArrays } from "./packed-arrays.ts";
import { textsIn } from "./packed-texts.ts";
import { likelyPatterns, testingNames } from "./testing-name.ts";
import { type Fact, type Said, saidIn, saidOf, valueIn } from "./said.ts";

/** Of a slice: some 2 ms. */
const SLICE = 2000;

export interface UnpackedListing {
  /** In the order of lists. Of each is made what is looked at, when it is first looked at. */
  readonly entries: readonly Listed[];
  /** Makes all of it before that, slice by slice. */
  readonly ahead: () => Iterable<void>;
}

/** undefined where it is none. @param testingPatterns tell testing entries */
export function unpackListing(
  packed: Uint8Array<ArrayBuffer>,
  testingPatterns: readonly string[],
): UnpackedListing | undefined {
  const sections = unpackArrays(packed);
  const columns = sections && columnsIn(sections, testingPatterns);
  if (!columns) return undefined;
  const length = sections.get("name")?.length ?? 0;
  return {
    entries: Array.from({ length }, (_, index) => packedEntry(columns, index)),
    ahead: () => made(columns),
  };
}

function* made({ texts, facts, fact, shown }: Columns): Generator<void, void> {
  for (const column of Object.values(texts)) {
    if (!column) continue;
    for (let id = 1; id <= column.table.last; id += 1) {
      column.table.of(id);
      if (id % SLICE === 0) yield;
    }
    column.table.allFolded();
    yield;
  }
  for (let id = 1; id <= facts; id += 1) {
    fact(id);
    shown(id);
    if (id % SLICE === 0) yield;
  }
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
    facts: facts.last,
    fact: (id) => (id === 0 ? undefined : (known[id] ??= factOf(id))),
    shown: (id) => (id === 0 ? undefined : (whole[id] ??= saidOf(facts.of(id) ?? ""))),
    others: (index) => {
      const text = others.of(otherIds[index] ?? 0);
      return text === null ? [] : saidIn({ all_facts: text }).slice(characteristicNames.length);
    },
  };
}
