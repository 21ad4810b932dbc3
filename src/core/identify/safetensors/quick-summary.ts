import type { KnownBytes } from "../known-bytes.ts";
import { leadingMetadata } from "./quick-metadata.ts";
import { type QuickTable, readQuickTable } from "./quick-table.ts";
import type { SummarizedHeader } from "./summary.ts";

const BLANK = 32;
/** Where the first name stands, or its blank. */
const FIRST = 9;

/**
 * The header of a file as nearly everybody writes it, summed without making anything of a single tensor. undefined: it is
 * written otherwise, or packed, or wrong; the reader that takes its time tells.
 * @param header from the file's begin, all of it @param room bytes that come after it
 * @param known tables of files that were read before; it takes what is new
 */
export function quickSummary(
  header: Uint8Array,
  room: number,
  known?: KnownBytes<QuickTable>,
): SummarizedHeader | undefined {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const lead = leadingMetadata(view, header, FIRST);
  const from = lead?.next ?? FIRST;
  // Shards of fine-tunes and what one trainer made differ in their metadata, if at all.
  const length = endOf(header) - from;
  const metadata = lead?.metadata ?? new Map<string, string>();
  const found = known?.find(length, header, from)?.said;
  if (found) return found.reach > room ? undefined : { metadata, summary: found.summary };
  const table = readQuickTable(header, view, from);
  if (!table || table.reach > room) return undefined;
  if (table.metadata) return lead ? undefined : { metadata: table.metadata, summary: table.summary };
  if (table.next === from + length) known?.keep(length, header.subarray(from, table.next), table.kept);
  return { metadata, summary: table.summary };
}

/** Without the blanks that fill it up. */
function endOf(header: Uint8Array): number {
  let end = header.length;
  while (end > 0 && header[end - 1] === BLANK) end -= 1;
  return end;
}
