import { createHash } from "node:crypto";
import path from "node:path";
import type { FileHead } from "../identify/head.ts";
import type { ScanAsk } from "../ports/scanner.ts";
import type { ForeignDatabase } from "../ports/store-disk.ts";
import { filesWithSizes, unlessUnreadable } from "../stores/files-with-sizes.ts";
import type { FoundFile, FoundModel, StoreProblem, StoreReport } from "../stores/found.ts";
import { storeReaders } from "../stores/readers.ts";
import { fault } from "../util/faults.ts";
import { openForeignDatabases } from "./foreign-database.ts";
import type { AheadOfScan } from "./heads-ahead.ts";
import { nameAt } from "./model-names.ts";
import { type Tally, createRememberingDisk } from "./remembering-disk.ts";
import { createScanCache } from "./scan-cache.ts";
import type { FromScanThread, ScanThreadData } from "./scan-messages.ts";
import { createRawDisk } from "./store-disk.ts";
import { type Entry, namesIn, toldModels } from "./told-models.ts";

type WithId = Extract<FromScanThread, { readonly id: number }>;
type Unnumbered<T> = T extends WithId ? Omit<T, "id"> : never;

/** How one job shares the thread with what comes from outside. */
export interface ScanTurn extends ScanThreadData {
  readonly say: (message: Unnumbered<WithId>) => void;
  readonly warn: (message: string) => void;
  /** Reads headers below a root before they are asked for. */
  readonly ahead: (root: string) => AheadOfScan;
  /** To be done once the job is answered. */
  readonly afterwards: (deed: () => void) => void;
  /** True where it is time for `goOn`. */
  readonly isDue: () => boolean;
  /** Lets words from outside in; false where the job is to end. */
  readonly goOn: () => Promise<boolean>;
}

type Ended = Omit<StoreReport, "models"> | "stopped" | undefined;

const REPORT_EVERY = 250;

/** @param known names of models that need not be told again */
export async function scanStore(ask: ScanAsk, known: string, turn: ScanTurn): Promise<Ended> {
  const reader = storeReaders[ask.store];
  const root = ask.root.replace(/(?<=.)\/+$/, "");
  const problems: StoreProblem[] = [];
  const told = new Set<string>();
  const trouble = (where: string, problem: string): void => {
    if (told.size === told.add(`${where}\n${problem}`).size) return;
    problems.push({ path: where, problem });
  };
  const raw = createRawDisk(trouble);
  if (raw.stat(root) === undefined) throw fault({ code: "notFound", what: "location", name: root });
  createRawDisk(() => undefined).list(root);
  const tally: Tally = { folders: 0, unchanged: 0, files: 0, models: 0 };
  const cache = createScanCache(cacheFile(turn.cacheFolder, ask.store, root), turn.version, turn.warn);
  const isAllNew = ask.afresh === true || cache.isEmpty;
  const ahead = isAllNew ? turn.ahead(root) : undefined;
  const has = namesIn(known);
  const held: Entry[] = [];
  const hold = (name: string, paths: readonly string[]): boolean => {
    if (!paths.every((_, index) => has.has(nameAt(name, index)))) return false;
    for (const [index, path] of paths.entries()) held.push({ path, name: nameAt(name, index) });
    return true;
  };
  const { disk, remember, nameOf } = createRememberingDisk({
    raw,
    cache,
    afresh: ask.afresh ?? false,
    ...(ahead && { ahead }),
    tally,
    problems,
    trouble,
    ...(has.size > 0 && { hold }),
  });
  const databases = await databasesFor(ask);
  const models: FoundModel[] = [];
  let reported = performance.now();
  try {
    for (const one of reader({ ...ask, root }, { disk, databases, trouble, remember })) {
      if (one) models.push(one);
      tally.models = models.length + held.length;
      if (!turn.isDue()) continue;
      if (!(await turn.goOn())) {
        turn.afterwards(() => cache.save(false));
        return "stopped";
      }
      if (performance.now() - reported < REPORT_EVERY) continue;
      reported = performance.now();
      turn.say({ kind: "progress", progress: { folders: tally.folders, files: tally.files, models: tally.models } });
    }
  } finally {
    ahead?.end();
    databases.dispose();
  }
  turn.afterwards(() => cache.save(true));
  const entries = [...held, ...models.map((model) => ({ path: model.path, name: nameOf(model) ?? "", model }))];
  entries.sort((one, other) => (one.path < other.path ? -1 : 1));
  for (const told of toldModels(entries, known)) {
    turn.say(told);
    if (!(await turn.goOn())) return "stopped";
  }
  const { folders, unchanged, files } = tally;
  turn.say({ kind: "progress", progress: { folders, files, models: entries.length } });
  return { store: ask.store, root, problems, folders, unchanged, files };
}

export async function headsOf(paths: readonly string[], turn: ScanTurn): Promise<Ended> {
  const raw = createRawDisk(() => undefined);
  let heads: (readonly [string, FileHead])[] = [];
  for (const file of paths) {
    const head = unlessUnreadable(() => (raw.stat(file)?.kind === "file" ? raw.head(file) : undefined));
    if (head) heads.push([file, head]);
    if (!turn.isDue()) continue;
    turn.say({ kind: "heads", heads });
    heads = [];
    if (!(await turn.goOn())) return "stopped";
  }
  turn.say({ kind: "heads", heads });
  return undefined;
}

export async function filesOfSizes(roots: readonly string[], sizes: readonly number[], turn: ScanTurn): Promise<Ended> {
  const raw = createRawDisk(() => undefined);
  let files: FoundFile[] = [];
  for (const one of filesWithSizes(roots, new Set(sizes), raw)) {
    if (one) files.push(one);
    if (!turn.isDue()) continue;
    turn.say({ kind: "files", files });
    files = [];
    if (!(await turn.goOn())) return "stopped";
  }
  turn.say({ kind: "files", files });
  return undefined;
}

function cacheFile(folder: string | undefined, store: string, root: string): string | undefined {
  if (folder === undefined) return undefined;
  const digest = createHash("sha256").update(`${store}\n${root}`).digest("hex").slice(0, 16);
  return path.join(folder, `scan-${digest}.jsonl`);
}

/** Starting SQLite takes longer than many a scan. */
async function databasesFor(ask: ScanAsk): Promise<ForeignDatabase & { dispose(): void }> {
  if (ask.store === "invokeai") return openForeignDatabases();
  return {
    query: (file) => {
      throw fault({
        code: "fileUnreadable",
        path: file,
        reason: "databases are read only where their store is asked for",
      });
    },
    dispose: () => undefined,
  };
}
