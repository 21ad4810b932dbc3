import type { Row } from "../ports/database.ts";
import { characteristicNames, characteristicSources } from "../protocol/models.ts";
import { SHOWN } from "./entry-row.ts";
import { numberIn } from "./fact-fits.ts";
import { type Numbers, packArrays } from "./packed-arrays.ts";
import { createTextPack, narrow } from "./packed-texts.ts";
import { saidTexts, valueIn } from "./said.ts";

/** Columns of SHOWN that hold numbers; all others hold texts. */
export const NUMBERS = ["size_bytes", "deprecated", "locked"] as const;
export const TEXTS = SHOWN.filter((column) => !NUMBERS.some((one) => one === column));

/** What is packed and at which places; of a release that shows or knows otherwise it is another. */
export const FORM = JSON.stringify([SHOWN, characteristicNames, characteristicSources]);

/**
 * All entries as columns, in the order of lists: texts as numbers of a table of texts each, and of what is said of them so,
 * too. What lists look at is there without being parsed, and some 5 MB of ten thousand entries.
 */
export interface ListingPack {
  /** @param row of `listedRows` */
  add(row: Row): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

export function createListingPack(): ListingPack {
  const columns = TEXTS.map((column) => ({ column, texts: createTextPack(), ids: new Array<number>() }));
  const numbers = NUMBERS.map((column) => ({ column, values: new Array<number>() }));
  const facts = createTextPack();
  const said = characteristicNames.map(() => new Array<number>());
  const others = { texts: createTextPack(), ids: new Array<number>() };
  /** By the number of the fact. */
  const values: number[] = [Number.NaN];
  const noted = (text: string | undefined): number => {
    const id = facts.idOf(text ?? null);
    if (id === values.length) values.push(numberIn(valueIn(text ?? "")) ?? Number.NaN);
    return id;
  };
  return {
    add: (row) => {
      for (const { column, texts, ids } of columns) {
        const value = row[column] ?? null;
        ids.push(texts.idOf(value === null ? null : String(value)));
      }
      for (const { column, values: all } of numbers) all.push(row[column] === null ? Number.NaN : Number(row[column]));
      const texts = saidTexts(row);
      for (const [place, ids] of said.entries()) ids.push(noted(texts.known.get(place)));
      others.ids.push(others.texts.idOf(texts.others === "" ? null : texts.others));
    },
    bytes: () => {
      const sections: (readonly [string, Numbers])[] = [];
      for (const { column, texts, ids } of columns) sections.push([column, narrow(ids)], ...texts.sections(column));
      for (const { column, values: all } of numbers) sections.push([column, Float64Array.from(all)]);
      for (const [place, ids] of said.entries()) sections.push([`said ${place}`, narrow(ids)]);
      sections.push(["said numbers", Float64Array.from(values)], ...facts.sections("said"));
      sections.push(["others", narrow(others.ids)], ...others.texts.sections("others"));
      return packArrays(new Map(sections));
    },
  };
}
