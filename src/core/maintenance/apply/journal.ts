import * as v from "valibot";
import { bytes } from "../../util/ids.ts";
import type { MaintenanceParts } from "../parts.ts";
import { parseStored } from "../stored.ts";
import { type Deed, type Deeds, type LastDeed, deedSchema, lastDeedSchema } from "./deeds.ts";

/**
 * One file for each run that changes the disk: a line with all its deeds, durable before the first, then a line for each
 * deed before it is begun. It goes when the run has come to its end, either way.
 */
export interface JournalRecord {
  readonly id: string;
  readonly deeds: readonly Deed[];
  readonly last: readonly LastDeed[];
  /** So many of the deeds were begun. */
  readonly begun: number;
}

type Parts = Pick<MaintenanceParts, "files" | "moves" | "storage">;

const headSchema = v.strictObject({
  version: v.literal(1),
  id: v.string(),
  deeds: v.array(deedSchema),
  last: v.array(lastDeedSchema),
});
const lineSchema = v.strictObject({ begun: v.number() });

const LARGEST = bytes(2 ** 30);
const SUFFIX = ".jsonl";

export const journalFolder = ({ storage }: Pick<Parts, "storage">): string => `${storage}/maintenance`;
const fileOf = (parts: Parts, id: string): string => `${journalFolder(parts)}/${id}${SUFFIX}`;

export const writeJournal = (parts: Parts, id: string, { deeds, last }: Deeds): Promise<void> =>
  parts.files.replace(fileOf(parts, id), `${JSON.stringify({ version: 1, id, deeds, last })}\n`);

/** @param count of the deeds, with the one that is about to begin. Rejects where somebody else has ended the run. */
export const journalBegun = (parts: Parts, id: string, count: number): Promise<void> =>
  parts.moves.append(fileOf(parts, id), `${JSON.stringify({ begun: count })}\n`);

export const endJournal = (parts: Parts, id: string): Promise<void> => parts.files.remove(fileOf(parts, id));

/** Of the runs that were cut off: their ids. */
export async function openJournals(parts: Parts): Promise<readonly string[]> {
  const items = (await parts.files.list(journalFolder(parts))) ?? [];
  return items.flatMap(({ name }) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : [])).toSorted();
}

/** undefined where it makes no sense. A last line that was cut off tells of nothing: its deed was not begun. */
export async function readJournal(parts: Parts, id: string): Promise<JournalRecord | undefined> {
  const content = await parts.files.readText(fileOf(parts, id), LARGEST);
  const [first = "", ...lines] = (content ?? "").split("\n");
  const head = parseStored(headSchema, first);
  if (head?.id !== id) return undefined;
  const begun = lines.map((line) => parseStored(lineSchema, line)?.begun ?? 0);
  return { id, deeds: head.deeds, last: head.last, begun: begun.reduce((most, one) => Math.max(most, one), 0) };
}
