import { type DownloadState, downloadStates } from "./downloads.ts";
import {
  type Clearable,
  type FileRow,
  type MovedRow,
  type QueueHead,
  type QueueRow,
  type QueueUpdate,
  rowDeeds,
} from "./page.ts";
import { type Guard, isFlag, isList, isNumber, isOneOf, isShape, isText } from "./shape.ts";

const isState: Guard<DownloadState> = isOneOf(downloadStates);
const areDeeds = isList(isOneOf(rowDeeds));

export const isCount: Guard<number> = (value): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

const orNull =
  <T>(guard: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || guard(value);

const orAbsent =
  <T>(guard: Guard<T>): Guard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || guard(value);

const isHead: Guard<QueueHead> = isShape<QueueHead>({
  metrics: isText,
  summary: isText,
  waits: isText,
  limit: orNull(isCount),
  limitWords: isText,
  ended: isShape<Record<Clearable, number>>({ done: isCount, failed: isCount, cancelled: isCount }),
  canPause: isFlag,
  canResume: isFlag,
});

const isFile: Guard<FileRow> = isShape<FileRow>({
  path: isText,
  state: isState,
  stateWords: isText,
  fraction: isNumber,
  amount: isText,
});

const isMoved: Guard<MovedRow> = (value): value is MovedRow =>
  Array.isArray(value) &&
  value.length === 4 &&
  isText(value[0]) &&
  orNull(isNumber)(value[1]) &&
  isText(value[2]) &&
  isText(value[3]);

/** Every field named, absent ones as undefined. */
type Known<T> = { readonly [Field in keyof Required<T>]: T[Field] };

const isKnownRow = isShape<Known<QueueRow>>({
  id: isText,
  model: isText,
  variant: isText,
  state: isState,
  stateWords: isText,
  fraction: orNull(isNumber),
  amount: isText,
  pace: isText,
  reason: isText,
  place: isText,
  deeds: areDeeds,
  more: areDeeds,
  movable: isFlag,
  files: orAbsent(isList(isFile)),
});

const isRow: Guard<QueueRow> = (value): value is QueueRow => isKnownRow(value);

const isKnownUpdate = isShape<Known<QueueUpdate>>({
  whole: isFlag,
  head: isHead,
  order: orAbsent(isList(isText)),
  rows: isList(isRow),
  moved: isList(isMoved),
});

export const isQueueUpdate: Guard<QueueUpdate> = (value): value is QueueUpdate => isKnownUpdate(value);
