import type { FileHead } from "../identify/head.ts";
import type { Reading, StoreDisk, StoreItem, StoreSight } from "../ports/store-disk.ts";
import type { FoundModel, StoreProblem } from "../stores/found.ts";
import { problemOf } from "../stores/problem-of.ts";
import type { AheadOfScan } from "./heads-ahead.ts";
import { packItems, unpackItems } from "./item-list.ts";
import { createModelNames } from "./model-names.ts";
import type { Remembered, ScanCache, Seen } from "./scan-cache.ts";
import { createSharing } from "./shared-facts.ts";
import { createRecorder, emptyRecording, seenOf } from "./recorder.ts";
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
  /** Takes what is remembered of models by their names, where whoever asked for the scan has all of them. */
  readonly hold?: (name: string, paths: readonly string[]) => boolean;
}

/** So few headers are read again, where one of the files changed, rather than be written down beside their models. */
const FEW = 4;

/** The disk, as far as it changed since it was last asked. */
export function createRememberingDisk(options: RememberingOptions): {
  readonly disk: StoreDisk;
  readonly remember: NonNullable<StoreSight["remember"]>;
  /** The same as long as the model is remembered as it is; undefined: it is not remembered. */
  readonly nameOf: (model: FoundModel) => string | undefined;
} {
  const { raw, cache, afresh, ahead, tally, problems, trouble } = options;
  const recorder = createRecorder(raw);
  /** What a reader lists, the next one, which it hands the folder to, lists again. */
  let last: { readonly folder: string; readonly stamp: Stamp; readonly items: readonly StoreItem[] } | undefined;
  const count = folderCounter(tally);
  const names = createModelNames();
  const shared = createSharing();

  function list(folder: string): readonly StoreItem[] | undefined {
    const lately = last?.folder === folder ? recorder.agreed(folder, last) : undefined;
    if (lately) {
      recorder.files(folder, lately.items);
      return lately.items;
    }
    const early = recorder.agreed(folder, ahead?.items(folder));
    const before = early?.stamp ?? recorder.stamp(folder);
    const known = before && !afresh ? cache.get("folder", folder) : undefined;
    const isKnown = known !== undefined && known.stamp === before?.text;
    const troubled = problems.length;
    const packed = isKnown ? known.items : early?.items;
    const items = packed === undefined ? raw.list(folder) : unpackItems(packed);
    if (!items) return undefined;
    count(folder, recorder.files(folder, items), isKnown);
    // What it had to tell of its names has to be told again.
    if (before !== undefined && !isFresh(before) && problems.length === troubled) {
      last = { folder, stamp: before, items };
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
    const heads = recorder.now?.heads.set(path, remembered);
    if (!heads || heads.size > FEW + 1) cache.put("head", path, remembered);
    else if (heads.size === FEW + 1) for (const [one, seen] of heads) cache.put("head", one, seen);
  }

  function knownHead(path: string): FileHead {
    const again = recorder.now?.heads.get(path);
    if (again) return again.head;
    const early = recorder.agreed(path, ahead?.head(path)?.read);
    if (early) {
      keepHead(path, { stamp: early.stamp.text, head: early.head });
      return early.head;
    }
    const before = recorder.stamp(path);
    const known = before && !afresh ? cache.get("head", path) : undefined;
    if (known !== undefined && known.stamp === before?.text) return known.head;
    const said = raw.head(path, before?.facts);
    if (before && !isFresh(before)) keepHead(path, { stamp: before.text, head: said });
    return said;
  }

  function* remember(
    { key, isAnswer }: Reading,
    read: () => Iterable<FoundModel | undefined>,
  ): Iterable<FoundModel | undefined> {
    const known = afresh || recorder.now ? undefined : cache.get("models", key);
    if (known?.seen.every((one) => isAsSeen(raw, one)) === true) {
      tellAgain(known, { cache, count, trouble });
      if (isAnswer && options.hold?.(known.name, known.paths) === true) return;
      names.give(known.models, known.name);
      yield* known.models;
      return;
    }
    if (recorder.now) {
      yield* read();
      return;
    }
    const own = emptyRecording(problems.length);
    const models: FoundModel[] = [];
    recorder.now = own;
    try {
      yield* collected(read(), shared, models);
    } finally {
      recorder.now = undefined;
    }
    const told = problems.slice(own.problemsBefore);
    if (own.fresh) for (const [path, remembered] of own.heads) cache.put("head", path, remembered);
    else {
      const paths = models.map(({ path }) => path);
      cache.put("models", key, { name: names.give(models), seen: seenOf(own), paths, models, problems: told });
    }
  }

  return {
    remember,
    nameOf: (model) => names.of(model),
    disk: { list, head, ...noting(raw, (path) => recorder.stamp(path)) },
  };
}

/** All that reading it would tell beside its models. */
function tellAgain(
  { seen, problems }: Remembered["models"],
  {
    cache,
    count,
    trouble,
  }: Pick<RememberingOptions, "cache" | "trouble"> & { readonly count: ReturnType<typeof folderCounter> },
): void {
  for (const { path, files } of seen) {
    if (files !== undefined) count(path, files, true);
    cache.keep("folder", path);
    cache.keep("head", path);
  }
  for (const { path, problem } of problems) trouble(path, problem);
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

/** @param into where the models go, too */
function* collected(
  found: Iterable<FoundModel | undefined>,
  shared: (model: FoundModel) => FoundModel,
  into: FoundModel[],
): Iterable<FoundModel | undefined> {
  for (const one of found) {
    const model = one && shared(one);
    if (model) into.push(model);
    yield model;
  }
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
