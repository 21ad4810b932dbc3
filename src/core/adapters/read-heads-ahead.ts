import { unlessUnreadable } from "../stores/files-with-sizes.ts";
import type { StoreItem } from "../ports/store-disk.ts";
import { packItems } from "./item-list.ts";
import type { Ahead, ToHeadsThread } from "./scan-messages.ts";
import { type Stamp, createRawDisk, isFresh } from "./store-disk.ts";

/** What has headers worth a thread. */
const HEADED = /\.(?:gguf|safetensors|sft)$/i;
/** In one message: some milliseconds' work. */
const BATCH = 24;
/** What waits for the scan waits in memory. */
const MOST = 30_000;
/** Deeper than a scan goes. */
const DEEPEST = 32;

/** Reads the headers below the root, the last ones first, until it is told that it is over. */
export function readHeadsAhead({ root, over, port }: ToHeadsThread): void {
  let next = empty();
  let told = 0;
  for (const _ of lastFirst(
    root,
    readerInto(() => next),
    0,
  )) {
    if (Atomics.load(over, 0) !== 0) return;
    const count = next.heads.length + next.folders.length;
    if (count < BATCH) continue;
    port.postMessage(next);
    next = empty();
    told += count;
    if (told >= MOST) return;
  }
  port.postMessage(next);
}

interface Next extends Ahead {
  readonly heads: Ahead["heads"][number][];
  readonly folders: Ahead["folders"][number][];
}

const empty = (): Next => ({ heads: [], folders: [] });

interface AheadReader {
  list(folder: string): readonly StoreItem[];
  head(path: string): void;
}

/** The scan itself reads what may still change and look the same, and what is odd. */
function readerInto(next: () => Next): AheadReader {
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
      if (before && !isOdd) next().folders.push({ path: folder, stamp: before.text, items: packItems(items) });
      return items;
    },
    head: (path) => {
      const before = oldStamp(path);
      if (before?.facts.kind !== "file") return;
      next().heads.push({ path, stamp: before.text, head: raw.head(path, before.facts) });
    },
  };
}

/** The way a scan goes, backwards: a folder's own files come after those of its folders. A breath after each of them. */
function* lastFirst(folder: string, reader: AheadReader, depth: number): Iterable<undefined> {
  const items = (unlessUnreadable(() => reader.list(folder)) ?? []).toReversed();
  yield undefined;
  const pathOf = (name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);
  for (const { name, kind } of items)
    if (kind === "folder" && !name.startsWith(".") && depth < DEEPEST)
      yield* lastFirst(pathOf(name), reader, depth + 1);
  for (const { name, kind } of items) {
    if (kind === "folder" || kind === "other" || !HEADED.test(name)) continue;
    unlessUnreadable(() => reader.head(pathOf(name)));
    yield undefined;
  }
}
