import type { Malformed } from "../identify/reader.ts";

const HEADER = 32;
const FRAME_HEADER = 24;
/** The last bit says in which byte order the checksums are; all else is big-endian. */
const MAGIC = 0x377f0682;
const FORMAT = 3_007_000;
const DATABASE_HEADER = "SQLite format 3\0";

/**
 * A database of SQLite with everything that is committed in its write-ahead log, as a new file image in rollback mode;
 * what is not committed, or is left of an earlier log, stays out. Neither input is changed.
 */
export function applyWal(database: Uint8Array, wal: Uint8Array): Uint8Array | Malformed {
  if (database.length > 0 && !isDatabase(database)) return { malformed: "it is no SQLite database" };
  const log = readHeader(wal);
  if (log !== undefined && "malformed" in log) return log;
  const committed = log && lastCommit(wal, log);
  if (!log || !committed) return inRollbackMode(database.slice());
  const { pageSize } = log;
  const whole = committed.newest.size >= committed.pages;
  if (database.length > 0 && !whole && pageSizeOf(database) !== pageSize)
    return { malformed: "its pages and those of its write-ahead log are of different sizes" };
  const image = new Uint8Array(committed.pages * pageSize);
  image.set(database.subarray(0, image.length));
  for (const [page, at] of committed.newest)
    if (page <= committed.pages) image.set(wal.subarray(at, at + pageSize), (page - 1) * pageSize);
  return inRollbackMode(image);
}

interface Log {
  readonly pageSize: number;
  readonly littleEndian: boolean;
  readonly salts: readonly [number, number];
  readonly sum: Sum;
}

/** undefined where there is nothing in it, as SQLite sees it. */
function readHeader(wal: Uint8Array): Log | Malformed | undefined {
  if (wal.length < HEADER) return undefined;
  const view = viewOf(wal);
  const magic = view.getUint32(0);
  const pageSize = view.getUint32(8);
  if ((magic & ~1) >>> 0 !== MAGIC || !isPageSize(pageSize)) return undefined;
  const littleEndian = (magic & 1) === 0;
  const sum = checksum([0, 0], view, 0, HEADER - 8, littleEndian);
  if (sum[0] !== view.getUint32(24) || sum[1] !== view.getUint32(28)) return undefined;
  const format = view.getUint32(4);
  if (format !== FORMAT) return { malformed: `its write-ahead log is of format ${format}, which is unknown` };
  return { pageSize, littleEndian, salts: [view.getUint32(16), view.getUint32(20)], sum };
}

/** Of each page that is committed the place of its newest content, and how many pages there are after the last commit. */
function lastCommit(
  wal: Uint8Array,
  { pageSize, littleEndian, salts, sum }: Log,
): { readonly newest: ReadonlyMap<number, number>; readonly pages: number } | undefined {
  const view = viewOf(wal);
  const newest = new Map<number, number>();
  const open = new Map<number, number>();
  let pages = 0;
  let running = sum;
  for (let at = HEADER; at + FRAME_HEADER + pageSize <= wal.length; at += FRAME_HEADER + pageSize) {
    const page = view.getUint32(at);
    const pagesAfter = view.getUint32(at + 4);
    if (page === 0 || view.getUint32(at + 8) !== salts[0] || view.getUint32(at + 12) !== salts[1]) break;
    running = checksum(running, view, at, 8, littleEndian);
    running = checksum(running, view, at + FRAME_HEADER, pageSize, littleEndian);
    if (running[0] !== view.getUint32(at + 16) || running[1] !== view.getUint32(at + 20)) break;
    open.set(page, at + FRAME_HEADER);
    if (pagesAfter === 0) continue;
    pages = pagesAfter;
    for (const [one, place] of open) newest.set(one, place);
    open.clear();
  }
  for (const page of newest.keys()) if (page > pages) newest.delete(page);
  return pages === 0 ? undefined : { newest, pages };
}

type Sum = readonly [number, number];

function checksum([first, second]: Sum, view: DataView, from: number, length: number, littleEndian: boolean): Sum {
  let a = first;
  let b = second;
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

/** SQLite without shared memory cannot open a file that says it has a write-ahead log. */
function inRollbackMode(image: Uint8Array): Uint8Array {
  if (image.length >= 100) image.fill(1, 18, 20);
  return image;
}

const isDatabase = (content: Uint8Array): boolean =>
  content.length >= 100 && DATABASE_HEADER.split("").every((letter, at) => content[at] === letter.charCodeAt(0));

/** 1 stands for 65,536. */
const pageSizeOf = (database: Uint8Array): number => {
  const told = viewOf(database).getUint16(16);
  return told === 1 ? 65_536 : told;
};

const isPageSize = (size: number): boolean => size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
const viewOf = (content: Uint8Array): DataView => new DataView(content.buffer, content.byteOffset, content.byteLength);
