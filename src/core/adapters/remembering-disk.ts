import type { FileHead } from "../identify/head.ts";
import type { StoreDisk, StoreItem, StoreSight } from "../ports/store-disk.ts";
import type { FoundModel, StoreProblem } from "../stores/found.ts";
import { problemOf } from "../stores/problem-of.ts";
import type { AheadOfScan } from "./heads-ahead.ts";
import { packItems, unpackItems } from "./item-list.ts";
import { createModelNames } from "./model-names.ts";
import type { Remembered, ScanCache, Seen } from "./scan-cache.ts";
import { type RawDisk, type Stamp, isFresh, unknownHead } from "./store-disk.ts";

export interface Tally {
  folders: number;
  unchanged: number;
  files: number;
  models: number;
}

export interface RememberingOptions {
  readonly raw: RawDisk;
  readonly cache: ScanCache;
  readonly afresh: boolean;
  /** What was read already. */
  readonly ahead?: Pick<AheadOfScan, "head" | "items">;
  /** Is raised as it goes. */
  readonly tally: Tally;
  /** Everything found is told here, what is remembered too. */
  readonly problems: StoreProblem[];
  readonly trouble: StoreSight["trouble"];
}

/** So few headers are read again, where one of the files changed, rather than be written down beside their models. */
const FEW = 4;

interface Recording {
  readonly heads: Map<string, Remembered["head"]>;
  readonly seen: Map<string, { readonly stamp: Stamp | undefined; files?: number }>;
  readonly problemsBefore: number;
  fresh: boolean;
}

/** The disk, as far as it changed since it was last asked. */
export function createRememberingDisk(options: RememberingOptions): {
  readonly disk: StoreDisk;
  readonly remember: NonNullable<StoreSight["remember"]>;
  /** The same as long as the model is remembered as it is; undefined: it is not remembered. */
  readonly nameOf: (model: FoundModel) => string | undefined;
} {
  const { raw, cache, afresh, ahead, tally, problems, trouble } = options;
  let recording: Recording | undefined;
  /** What a reader lists, the next one, which it hands the folder to, lists again. */
  let last: { readonly folder: string; readonly stamp: string; readonly items: readonly StoreItem[] } | undefined;
  const count = folderCounter(tally);
  const names = createModelNames();

  function stamp(path: string): Stamp | undefined {
    const known = recording?.seen.get(path);
    if (known) return known.stamp;
    const now = raw.stamp(path);
    recording?.seen.set(path, { stamp: now });
    if (recording && now && isFresh(now)) recording.fresh = true;
    return now;
  }

  function list(folder: string): readonly StoreItem[] | undefined {
    const before = stamp(folder);
    if (last?.folder === folder && last.stamp === before?.text) {
      noteFiles(recording, folder, last.items);
      return last.items;
    }
    const known = before && !afresh ? cache.get("folder", folder) : undefined;
    const isKnown = known !== undefined && known.stamp === before?.text;
    const troubled = problems.length;
    const isOld = before !== undefined && !isFresh(before);
    const packed = isKnown ? known.items : isOld ? ahead?.items(folder, before.text) : undefined;
    const items = packed === undefined ? raw.list(folder) : unpackItems(packed);
    if (!items) return undefined;
    count(folder, noteFiles(recording, folder, items), isKnown);
    // What it had to tell of its names has to be told again.
    if (isOld && problems.length === troubled) {
      last = { folder, stamp: before.text, items };
      if (!isKnown) cache.put("folder", folder, { stamp: before.text, items: packed ?? packItems(items) });
    }
    return items;
  }

  function head(path: string): FileHead {
    try {
      const said = knownHead(path);
      if (said.problem !== undefined) trouble(path, said.problem);
      return said;
    } catch (error) {
      trouble(path, problemOf(error));
      return unknownHead;
    }
  }

  function keepHead(path: string, remembered: Remembered["head"]): void {
    const heads = recording?.heads.set(path, remembered);
    if (!heads || heads.size > FEW + 1) cache.put("head", path, remembered);
    else if (heads.size === FEW + 1) for (const [one, seen] of heads) cache.put("head", one, seen);
  }

  function knownHead(path: string): FileHead {
    const again = recording?.heads.get(path);
    if (again) return again.head;
    const before = stamp(path);
    const known = before && !afresh ? cache.get("head", path) : undefined;
    if (known !== undefined && known.stamp === before?.text) return known.head;
    const isOld = before !== undefined && !isFresh(before);
    const said = (isOld ? ahead?.head(path, before.text) : undefined) ?? raw.head(path, before?.facts);
    if (isOld) keepHead(path, { stamp: before.text, head: said });
    return said;
  }

  function* remember(key: string, read: () => Iterable<FoundModel | undefined>): Iterable<FoundModel | undefined> {
    const known = afresh || recording ? undefined : cache.get("models", key);
    if (known?.seen.every((one) => isAsSeen(raw, one)) === true) {
      for (const { path, files } of known.seen) {
        if (files !== undefined) count(path, files, true);
        cache.keep("folder", path);
        cache.keep("head", path);
      }
      for (const { path, problem } of known.problems) trouble(path, problem);
      names.give(known.models, known.name);
      yield* known.models;
      return;
    }
    if (recording) {
      yield* read();
      return;
    }
    const own: Recording = { heads: new Map(), seen: new Map(), problemsBefore: problems.length, fresh: false };
    const models: FoundModel[] = [];
    recording = own;
    try {
      for (const one of read()) {
        if (one) models.push(one);
        yield one;
      }
    } finally {
      recording = undefined;
    }
    const told = problems.slice(own.problemsBefore);
    if (own.fresh) for (const [path, remembered] of own.heads) cache.put("head", path, remembered);
    else cache.put("models", key, { name: names.give(models), seen: seenOf(own), models, problems: told });
  }

  return {
    remember,
    nameOf: (model) => names.of(model),
    disk: { list, head, ...noting(raw, stamp) },
  };
}

/** How many files it holds. */
function noteFiles(recording: Recording | undefined, folder: string, items: readonly StoreItem[]): number {
  const files = items.reduce((sum, item) => (item.kind === "folder" ? sum : sum + 1), 0);
  const entry = recording?.seen.get(folder);
  if (entry) entry.files = files;
  return files;
}

/** What is not remembered: only what it was asked of is noted. */
function noting(raw: RawDisk, stamp: (path: string) => Stamp | undefined): Omit<StoreDisk, "list" | "head"> {
  return {
    stat: (path) => stamp(path)?.facts,
    real: (path) => {
      stamp(path);
      return raw.real(path);
    },
    target: (link) => {
      stamp(link);
      return raw.target(link);
    },
    text: (path, limit) => (stamp(path) ? raw.text(path, limit) : undefined),
    bytes: (path, limit) => (stamp(path) ? raw.bytes(path, limit) : undefined),
  };
}

/** Counts a folder once, however often it is looked into. */
function folderCounter(tally: Tally): (folder: string, files: number, unchanged: boolean) => void {
  const listed = new Set<string>();
  return (folder, files, unchanged) => {
    if (listed.has(folder)) return;
    listed.add(folder);
    tally.folders += 1;
    tally.files += files;
    if (unchanged) tally.unchanged += 1;
  };
}

function isAsSeen(raw: RawDisk, { path, stamp }: Seen): boolean {
  try {
    return (raw.stamp(path)?.text ?? "") === stamp;
  } catch {
    return false;
  }
}

const seenOf = ({ seen }: Recording): readonly Seen[] =>
  Array.from(seen, ([path, { stamp, files }]) => ({
    path,
    stamp: stamp?.text ?? "",
    ...(files !== undefined && { files }),
  }));
