import type { Download, DownloadFile, MovedDownload, QueueChange, QueueStatus } from "../protocol/downloads.ts";

/** What of the queue was told, and what is to be told next. */
export interface QueueChanges {
  /** How many times something was told; another owner's count is higher. */
  readonly told: number;
  /** All of it, for one who follows from here on. */
  read(): QueueReading;
  /** Since the last time. */
  take(): QueueChange;
}

export interface QueueReading {
  readonly downloads: readonly Download[];
  readonly queue: QueueStatus;
  readonly told: number;
}

/**
 * @param now the rows in their order; one that did not change is the same object
 * @param start what the count begins with
 */
export function createQueueChanges(
  now: { readonly rows: () => readonly Download[]; readonly status: (rows: readonly Download[]) => QueueStatus },
  start: number,
): QueueChanges {
  let told = start;
  let last: readonly Download[] = now.rows();
  let lastStatus = "";
  // Of what was read since the last telling, and may be as it was then by the next: it is told whole.
  let readRows = new Set<string>();
  let isOrderRead = false;
  let isStatusRead = false;
  return {
    get told() {
      return told;
    },
    read: () => {
      const downloads = now.rows();
      const queue = now.status(downloads);
      const { order, rows, moved } = differencesOf(last, downloads, readRows);
      const here = new Set(order);
      const gone = order ? last.filter(({ id }) => !here.has(id)) : [];
      readRows = new Set([...readRows, ...[...rows, ...gone].map(({ id }) => id), ...moved.map(([id]) => id)]);
      isOrderRead ||= order !== undefined;
      isStatusRead ||= JSON.stringify(queue) !== lastStatus;
      return { downloads, queue, told };
    },
    take: () => {
      const rows = now.rows();
      const queue = now.status(rows);
      const status = JSON.stringify(queue);
      const differences = differencesOf(last, rows, readRows, isOrderRead);
      const isSame = differences.rows.length + differences.moved.length === 0 && !differences.order;
      const from = told;
      if (!isSame || isStatusRead || status !== lastStatus) told += 1;
      last = rows;
      lastStatus = status;
      readRows = new Set();
      isOrderRead = isStatusRead = false;
      return { from, to: told, ...differences, queue };
    },
  };
}

function differencesOf(
  before: readonly Download[],
  after: readonly Download[],
  whole: ReadonlySet<string>,
  isOrderWanted = false,
): Pick<QueueChange, "order" | "rows" | "moved"> {
  const isMixed = before.length !== after.length || after.some(({ id }, at) => before[at]?.id !== id);
  const known = isMixed ? new Map(before.map((one) => [one.id, one])) : undefined;
  const rows: Download[] = [];
  const moved: MovedDownload[] = [];
  for (const [at, row] of after.entries()) {
    const was = known ? known.get(row.id) : before[at];
    const isWhole = whole.has(row.id);
    if (was === row && !isWhole) continue;
    const figures = was && !isWhole ? movedOf(was, row) : undefined;
    if (figures) moved.push(figures);
    else rows.push(row);
  }
  return { ...((isMixed || isOrderWanted) && { order: after.map(({ id }) => id) }), rows, moved };
}

/** undefined where more than figures became another. */
function movedOf(was: Download, row: Download): MovedDownload | undefined {
  const { files: before, ...had } = was;
  const { files: after, ...has } = row;
  if (before.length !== after.length || !isSame(still(had), still(has))) return undefined;
  const files: (readonly [number, number, number])[] = [];
  for (const [at, file] of after.entries()) {
    const old = before[at];
    if (!old || !isSameFile(old, file)) return undefined;
    if (old.doneBytes !== file.doneBytes || old.connections !== file.connections)
      files.push([at, file.doneBytes, file.connections ?? 0]);
  }
  return [row.id, row.bytesDone, row.bytesPerSecond, row.etaSeconds, files];
}

const still = (row: Omit<Download, "files">): object => ({ ...row, bytesDone: 0, bytesPerSecond: 0, etaSeconds: 0 });
const isSameFile = (one: DownloadFile, other: DownloadFile): boolean =>
  one.state === other.state &&
  one.path === other.path &&
  one.target === other.target &&
  one.sizeBytes === other.sizeBytes &&
  one.reusedFrom === other.reusedFrom;
const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Rows with what changed put in; what did not is the same object. undefined where something is missing of what came before. */
export function withChange(
  { downloads, told }: { readonly downloads: readonly Download[]; readonly told: number },
  change: QueueChange,
): readonly Download[] | undefined {
  if (change.from > told) return undefined;
  const rows = new Map(change.rows.map((row) => [row.id, row]));
  const moved = new Map(change.moved.map((one) => [one[0], one]));
  const renew = (row: Download): Download => {
    const figures = moved.get(row.id);
    return rows.get(row.id) ?? (figures ? move(row, figures) : row);
  };
  if (!change.order) return rows.size + moved.size === 0 ? downloads : downloads.map(renew);
  const had = new Map(downloads.map((row) => [row.id, row]));
  const ordered: Download[] = [];
  for (const id of change.order) {
    const row = rows.get(id) ?? had.get(id);
    if (!row) return undefined;
    ordered.push(renew(row));
  }
  return ordered;
}

function move(row: Download, [, bytesDone, bytesPerSecond, etaSeconds, moved]: MovedDownload): Download {
  const files = moved.length === 0 ? row.files : row.files.slice();
  const changed = new Map(moved.map(([at, doneBytes, connections]) => [at, { doneBytes, connections }]));
  return {
    ...row,
    bytesDone,
    bytesPerSecond,
    etaSeconds,
    files: files.map((file, at) => {
      const figures = changed.get(at);
      if (!figures) return file;
      const { connections: _, ...rest } = file;
      const { doneBytes, connections } = figures;
      return { ...rest, doneBytes, ...(connections > 0 && { connections }) };
    }),
  };
}
