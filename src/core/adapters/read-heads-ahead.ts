import { unlessUnreadable } from "../stores/files-with-sizes.ts";
import type { StoreItem } from "../ports/store-disk.ts";
import { createAheadBoard } from "./ahead-board.ts";
import { type HeadPacker, type PackedHead, createHeadPacker } from "./head-parts.ts";
import { packItems } from "./item-list.ts";
import type { Ahead, ToHeadsThread } from "./scan-messages.ts";
import { type Stamp, createRawDisk, isFresh } from "./store-disk.ts";

/** What has headers worth a thread. */
const HEADED = /\.(?:gguf|safetensors|sft)$/i;
/** In one message: some milliseconds' work, unless it is waited for. */
const BATCH = 24;
/** So many headers are left to the scan where it has caught up: it reads them while these go ahead. */
const LEFT = 16;
/** What waits for the scan waits in memory. */
const MOST = 4000;
/** Milliseconds. A scan that asks for nothing as long asks for something else. */
const PATIENCE = 2000;
/** Deeper than a scan goes. */
const DEEPEST = 32;

/** Reads the headers below the root in the order in which a scan asks for them, until it is told that it is over. */
export function readHeadsAhead({ root, board: buffer, port }: ToHeadsThread): void {
  const board = createAheadBoard(buffer, 1);
  const packer = createHeadPacker();
  let next = empty();
  let told = 0;
  let left = 0;

  function flush(): void {
    const count = next.heads.length + next.folders.length;
    if (count === 0) return;
    told += count;
    port.postMessage(JSON.stringify({ values: packer.values(), ...next }));
    next = empty();
    board.handed();
  }

  function isToGoOn(): boolean {
    if (board.isAwaited()) {
      flush();
      left = LEFT;
    } else if (next.heads.length + next.folders.length >= BATCH) flush();
    for (let taken = board.takenCount(); told - taken > MOST; taken = board.takenCount()) {
      flush();
      if (board.isOver() || !board.waitForTaken(taken, PATIENCE)) return false;
    }
    return !board.isOver();
  }

  const reader = createReader(() => next, packer.pack);
  const unlessLeft = (path: string): void => {
    if (left > 0) left -= 1;
    else if (board.claim(path)) reader.head(path);
  };
  for (const _ of inOrder(root, { ...reader, head: unlessLeft }, 0)) if (!isToGoOn()) return;
  flush();
}

/** What becomes `Ahead` as JSON. */
interface Next {
  readonly heads: { readonly path: string; readonly read?: { readonly stamp: Stamp } & PackedHead }[];
  readonly folders: Ahead["folders"][number][];
}

const empty = (): Next => ({ heads: [], folders: [] });

interface AheadReader {
  list(folder: string): readonly StoreItem[];
  head(path: string): void;
}

/** The scan itself reads what may still change and look the same, and what is odd. */
function createReader(next: () => Next, pack: HeadPacker["pack"]): AheadReader {
  let isOdd = false;
  const raw = createRawDisk(() => (isOdd = true));
  const oldStamp = (path: string): Stamp | undefined => {
    const before = raw.stamp(path);
    return before && !isFresh(before) ? before : undefined;
  };
  return {
    list: (folder) => {
      isOdd = false;
      const before = oldStamp(folder);
      const items = raw.list(folder) ?? [];
      if (before && !isOdd) next().folders.push({ path: folder, stamp: before, items: packItems(items) });
      return items;
    },
    head: (path) => {
      const before = unlessUnreadable(() => oldStamp(path));
      const head = before?.facts.kind === "file" && unlessUnreadable(() => raw.head(path, before.facts));
      // The scan waits for what is claimed.
      next().heads.push({ path, ...(before && head && { read: { stamp: before, ...pack(head) } }) });
    },
  };
}

/** The way a scan goes: a folder's own files come before its folders. A breath after each of them. */
function* inOrder(folder: string, reader: AheadReader, depth: number): Iterable<undefined> {
  const items = unlessUnreadable(() => reader.list(folder)) ?? [];
  yield undefined;
  const pathOf = (name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);
  for (const { name, kind } of items) {
    if (kind === "folder" || kind === "other" || !HEADED.test(name)) continue;
    reader.head(pathOf(name));
    yield undefined;
  }
  for (const { name, kind } of items)
    if (kind === "folder" && !name.startsWith(".") && depth < DEEPEST) yield* inOrder(pathOf(name), reader, depth + 1);
}
