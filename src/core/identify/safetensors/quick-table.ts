import { createNameShapes } from "../name-shapes.ts";
import { createNumberSet } from "./number-set.ts";
import { PACKERS, typeOf } from "./packed.ts";
import { createEntryReader, usualTail } from "./quick-entry.ts";
import { takeMetadata } from "./quick-metadata.ts";
import type { TensorSummary } from "./summary.ts";
import { createTensorPlaces } from "./tensor-places.ts";
import { roleOf } from "./tensor-role.ts";
import { createTotals } from "./totals.ts";

/** What the tensors of a header are, whatever stands before them. */
export interface QuickTable {
  /** What it tells by names lasts until the next table is read, or until the bytes are others. */
  readonly summary: TensorSummary;
  /** Bytes that the tensors take after the header. */
  readonly reach: number;
}

export interface ReadTable extends QuickTable {
  /** Where they stand among the tensors. */
  readonly metadata: ReadonlyMap<string, string> | undefined;
  /** After its closing brace. */
  readonly next: number;
  /** The table without what may go: @param copy of its bytes, which stays as it is */
  readonly kept: (copy: Uint8Array) => QuickTable;
}

const BLANK = 32;
const QUOTE = 34;
const COMMA = 44;
const BRACE = 125;
/** What the shortest entry takes. */
const SHORTEST = 40;
const SHAPES = 2 ** 13;

const shapes = createNameShapes((name) => ({
  role: roleOf(name),
  isMetadata: name === "__metadata__",
  usual: usualTail(),
}));
const seen = createNumberSet();
/** Of the header that is read now: new ones for each cost more. */
const places = createTensorPlaces();

/** Summed without making anything of a single tensor. undefined: it is written otherwise than most, or packed, or wrong. */
export function readQuickTable(header: Uint8Array, view: DataView, from: number): ReadTable | undefined {
  const entry = createEntryReader(view);
  const totals = createTotals();
  let [count, adding, reach] = [0, 0, 0];
  let [sees, hears, speaks] = [false, false, false];
  let metadata: ReadonlyMap<string, string> | undefined;
  const most = header.length / SHORTEST;
  shapes.begin();
  seen.begin(most);
  places.begin(most);
  let at = from;
  while (header[at] !== BRACE) {
    const start = (header[at] === BLANK ? at + 1 : at) + 1;
    const shape = header[start - 1] === QUOTE ? shapes.lookQuoted(view, start) : undefined;
    if (!shape) return undefined;
    const { role, isMetadata, usual } = shape.facts;
    const { end, first, serial } = shapes.told;
    if (isMetadata) {
      const taken = metadata ? undefined : takeMetadata(header, end);
      if (!taken) return undefined;
      metadata = taken.metadata;
      entry.at = taken.next;
    } else {
      entry.at = end;
      if (!(serial >= 0) || !entry.take(usual) || !seen.add(serial * SHAPES + shape.id)) return undefined;
      const { dtype, elements, rank } = entry;
      if (PACKERS.has(dtype) && !role.auxiliary) return undefined;
      const own = role.auxiliary ? 0 : elements;
      totals.add({ role, layer: first, bytes: entry.end - entry.begin, rank, parameters: own, type: typeOf(dtype) });
      places.add(start, end, elements > 0 ? entry.width : 0);
      count += 1;
      if (entry.end > reach) reach = entry.end;
      if (role.adds) adding += 1;
      sees ||= role.sees;
      hears ||= role.hears;
      speaks ||= role.speaks;
    }
    at = entry.at;
    if (header[at] === COMMA) at += 1;
    else if (header[at] !== BRACE) return undefined;
  }
  const summary = { count, adding, sees, hears, speaks, totals: totals.end() };
  return {
    summary: { ...summary, ...places.of(header) },
    reach,
    metadata,
    next: at + 1,
    kept: (copy) => ({ summary: { ...summary, ...places.kept(copy, from) }, reach }),
  };
}
