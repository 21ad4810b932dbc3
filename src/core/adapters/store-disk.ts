import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import type { Dirent, Stats } from "node:fs";
import path from "node:path";
import type { FileHead } from "../identify/head.ts";
import { createKnownHeaders } from "../identify/known-headers.ts";
import { type ByteRange, read } from "../identify/reader.ts";
import { readHead } from "../identify/read-head.ts";
import type { StoreDisk, StoreFacts, StoreItem } from "../ports/store-disk.ts";
import { fault } from "../util/faults.ts";
import { asUnreadable, codeOf } from "./node-files.ts";

/** One read: what the headers of nearly all files fit into. */
const WINDOW = 64 * 1024;
/** What the rest of a longer one is read in. */
const LARGER = 2 ** 20;
/** No reader needs as much at once; a broken header may ask for anything. */
const LARGEST_READ = 64 * 2 ** 20;

/** Milliseconds. What changed no longer ago may change once more and look the same: file systems' clocks are coarse. */
const FRESH = 2000;

/** The disk as it is, nothing remembered. It answers at once, so it belongs into a thread of its own. */
export interface RawDisk extends StoreDisk {
  /** Changes with the folder's or file's content; `at`: when it last did, in milliseconds since 1970. */
  stamp(path: string): Stamp | undefined;
  /** @param known what `stamp` said just now */
  head(path: string, known?: StoreFacts): FileHead;
}

export interface Stamp {
  readonly facts: StoreFacts;
  readonly text: string;
  readonly at: number;
}

export const isFresh = ({ at }: Pick<Stamp, "at">): boolean => Date.now() - at < FRESH;

/** `head` throws here what it cannot read. @param trouble is told of names that nobody can ask for */
export function createRawDisk(trouble: (path: string, problem: string) => void): RawDisk {
  const windows: Windows = { first: Buffer.allocUnsafeSlow(WINDOW) };
  const before = createKnownHeaders();

  const look = (file: string): Stats | undefined => unlessAbsent(file, () => statSync(file, { throwIfNoEntry: false }));

  function stamp(file: string): Stamp | undefined {
    const found = look(file);
    if (!found) return undefined;
    const { dev, ino, size, mtimeMs, ctimeMs } = found;
    const identity = `${dev}:${ino}`;
    return {
      facts: { kind: kindOf(found), size, modified: Math.floor(mtimeMs), identity },
      text: `${identity}:${size}:${mtimeMs}:${ctimeMs}`,
      at: mtimeMs,
    };
  }

  function list(folder: string): readonly StoreItem[] | undefined {
    const found = unlessAbsent(folder, () => readdirSync(folder, { withFileTypes: true }));
    if (!found) return undefined;
    const items: StoreItem[] = [];
    for (const item of found) {
      // What is no UTF-8 comes with these marks, and cannot be asked for by that name.
      if (item.name.includes("\uFFFD") && !statSync(`${folder}/${item.name}`, { throwIfNoEntry: false }))
        trouble(`${folder}/${item.name}`, "its name is not valid UTF-8: rename it");
      else items.push({ name: item.name, kind: item.isSymbolicLink() ? "link" : kindOf(item) });
    }
    return items.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Opening a pipe would wait for ever. */
  function plainFile(file: string, limit: number): boolean {
    const found = look(file);
    if (!found) return false;
    if (!found.isFile()) throw fault({ code: "fileUnreadable", path: file, reason: "it is no file" });
    if (found.size > limit)
      throw fault({ code: "fileUnreadable", path: file, reason: `it holds ${found.size} bytes, over ${limit}` });
    return true;
  }

  function head(file: string, known?: StoreFacts): FileHead {
    const facts = known ?? stamp(file)?.facts;
    if (facts?.kind !== "file") return unknownHead;
    try {
      const handle = openSync(file, "r");
      try {
        return read(readHead(facts.size, file, { known: before }), windowed(handle, windows));
      } finally {
        closeSync(handle);
      }
    } catch (error) {
      throw asUnreadable(file, error);
    }
  }

  return {
    stamp,
    list,
    stat: (file) => stamp(file)?.facts,
    real: (file) => unlessAbsent(file, () => slashed(realpathSync.native(file))),
    target: (link) => unlessAbsent(link, () => slashed(readlinkSync(link))),
    text: (file, limit) => (plainFile(file, limit) ? unlessAbsent(file, () => readFileSync(file, "utf8")) : undefined),
    head,
    bytes: (file, limit) => (plainFile(file, limit) ? unlessAbsent(file, () => readFileSync(file)) : undefined),
  };
}

export const unknownHead: FileHead = { format: "unknown", kind: "unknown", characteristics: [] };

/** What is read into, file after file: a new buffer for each would have to be cleared and collected. */
interface Windows {
  readonly first: Buffer;
  /** For a longer header; made for the first of them. */
  larger?: Buffer;
}

/** Answers from what one read brought, as far as that goes. */
function windowed(handle: number, windows: Windows): (range: ByteRange) => Uint8Array {
  let piece = windows.first.subarray(0, 0);
  let start = 0;
  let last = false;
  let isFirst = true;
  return ({ offset, length }) => {
    const wanted = Math.min(length, LARGEST_READ);
    if (offset < start || (offset + wanted > start + piece.length && !last)) {
      // A reader holds what it was given until it asks again.
      const buffer = isFirst && wanted <= WINDOW ? windows.first : largerFor(wanted, windows);
      isFirst = false;
      start = offset;
      piece = buffer.subarray(0, fill(handle, buffer, offset));
      last = piece.length < buffer.length;
    }
    return piece.subarray(offset - start, offset - start + wanted);
  };
}

/** As long as what is wanted, at least a window. */
function largerFor(wanted: number, windows: Windows): Buffer {
  if (wanted > LARGER) return Buffer.allocUnsafeSlow(wanted);
  windows.larger ??= Buffer.allocUnsafeSlow(LARGER);
  return windows.larger.subarray(0, Math.max(wanted, WINDOW));
}

function fill(handle: number, buffer: Buffer, offset: number): number {
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(handle, buffer, done, buffer.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

const slashed = (file: string): string => (path.sep === "\\" ? file.replaceAll("\\", "/") : file);

const kindOf = (item: Pick<Stats | Dirent, "isFile" | "isDirectory">): StoreFacts["kind"] =>
  item.isFile() ? "file" : item.isDirectory() ? "folder" : "other";

function unlessAbsent<T>(file: string, look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP" || code === "EINVAL") return undefined;
    throw asUnreadable(file, error);
  }
}
