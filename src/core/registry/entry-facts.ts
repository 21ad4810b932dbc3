import { effective } from "../identify/effective.ts";
import type { Database, Row } from "../ports/database.ts";
import type { Characteristic } from "../protocol/models.ts";
import { text } from "./columns.ts";
import { characteristicOf } from "./entry-row.ts";

/** Between the parts of a value, and between values; they stand in no name and, unescaped, in no JSON. */
const [PART, VALUE] = ["\u001F", "\u001E"];

/** All values of the entry whose name this is, as one text: rows cost more than texts on their way through the thread. */
export const allFacts = (name: string): string =>
  // Keys begin with their entry, hence its values lie side by side.
  `(SELECT group_concat(concat_ws(char(31), c.name, c.value_json, c.source, c.confidence), char(30))
    FROM characteristics c WHERE c.key > ${name} || '|' AND c.key < ${name} || '}')`;

/** The effective characteristics of a row that has them as `all_facts`. */
export const factsIn = (row: Row): readonly Characteristic[] =>
  effective((text(row, "all_facts") ?? "").split(VALUE).flatMap((said) => factIn(said) ?? []));

/** The effective characteristics of the rows' entries, by entry: one query, and one row for each entry. */
export async function factsOf(
  database: Pick<Database, "query">,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, readonly Characteristic[]>> {
  if (rows.length === 0) return new Map();
  const found = await database.query(
    `SELECT n.value AS entry, ${allFacts("n.value")} AS all_facts FROM json_each(?) n`,
    [JSON.stringify(rows.map((row) => String(row["name"])))],
  );
  return new Map(found.map((row) => [text(row, "entry") ?? "", factsIn(row)]));
}

/** Most are the same few: each is read once, and is one object, which goes from thread to thread once a page. */
const read = new Map<string, Characteristic | undefined>();
const MOST = 4000;

function factIn(said: string): Characteristic | undefined {
  const known = read.get(said);
  if (known || read.has(said)) return known;
  const own = copied(said);
  const [name = "", value = "", source = "", confidence = ""] = own.split(PART);
  const fact = characteristicOf({ name, value_json: value, source, confidence: Number(confidence) });
  if (read.size >= MOST) read.clear();
  read.set(own, fact);
  return fact;
}

/** A part of a text keeps all of it. */
const copied = (part: string): string => JSON.parse(JSON.stringify(part));
