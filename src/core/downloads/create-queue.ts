import type { Identified } from "../identify/head.ts";
import type { LyingFiles } from "../identify/identify-files.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { Random } from "../ports/random.ts";
import type { EntryEdits } from "../registry/new-entry.ts";
import { amongKnown } from "../registry/among-known.ts";
import type { Registry } from "../registry/registry.ts";
import { type Planning, planDownloads, refuseLocked } from "./add-downloads.ts";
import { type DownloadBook, openBook } from "./download-book.ts";
import { createInstalledFiles } from "./installed.ts";
import { type Item, isEnded, showItem } from "./item.ts";
import { type Lanes, createLanes } from "./lanes.ts";
import { newEntryOf } from "./new-entry-of.ts";
import type { DownloadQueue } from "./queue.ts";
import { removeEmptyFolders, removeFiles } from "./remove-files.ts";
import { refuseLockedOnes } from "./refuse-locked.ts";
import type { FileRunner } from "./run-file.ts";
import { fileEditsUnder, ownersOf } from "./small-files.ts";
import { createTicker } from "./ticker.ts";
import { toTrouble } from "../present/trouble.ts";
import { type MoveTo, moved } from "../tasks/move.ts";
import { fault } from "../util/faults.ts";

export interface QueueParts extends Omit<FileRunner, "refuse">, Omit<Planning, "installed"> {
  readonly registry: Registry;
  readonly entryEdits: EntryEdits;
  readonly partials: PartialFiles;
  readonly random: Random;
  /** Files at once. */
  readonly parallel: number;
  /** What finished files say of themselves. */
  readonly identify: (files: LyingFiles, signal: AbortSignal) => Promise<Pick<Identified, "characteristics" | "shape">>;
}

/**
 * Takes up what the registry holds: what ran goes on in its turn, from where its partial files are. Closing it closes the
 * transfers too.
 */
export async function createDownloadQueue(parts: QueueParts): Promise<DownloadQueue> {
  const { registry, clock } = parts;
  const planning: Planning = { ...parts, installed: createInstalledFiles(registry) };
  const book = await openBook(parts);
  const ticker = createTicker(clock);
  const lanes: Lanes = createLanes(
    { ...parts, refuse: (plan) => refuseLocked(parts, plan) },
    {
      items: () => book.inOrder(),
      onMoved: ticker.tick,
      // Where a step cannot be kept, the row says less than is true, and the next start finds out.
      onStarted: (item) => void book.keep([item]).catch(() => undefined),
      onFile: (item) => void book.keep([item]).catch(() => undefined),
      onWhole: (item) => finish(parts, book, lanes, item),
      onFailed: (item, error) => fail(parts, book, lanes, item, error),
    },
  );
  await clear(parts, book, book.inOrder().filter(isHalfCancelled));
  lanes.fill();

  return {
    add: async (request, signal) => {
      const planned = await planDownloads(planning, request, signal);
      signal.throwIfAborted();
      const ids = await book.enter(planned, request);
      lanes.fill();
      return ids;
    },
    list: ({ state }) => {
      const shown = book.inOrder().map((item) => showItem(item, clock.now()));
      return state === undefined ? shown : shown.filter((item) => item.state === state);
    },
    pause: async (selection) => {
      const some = book.choose(selection, "queued", "running");
      for (const item of some) item.state = "paused";
      await Promise.all(some.map((item) => lanes.stop(item)));
      await book.keep(some);
      lanes.fill();
      return some.map((item) => item.id);
    },
    resume: async (selection) => {
      const some = book.choose(selection, "paused", "failed");
      for (const item of some) book.wake(item);
      await book.keep(some);
      lanes.fill();
      return some.map((item) => item.id);
    },
    cancel: async (selection) => {
      const some = book.choose(selection, "queued", "running", "paused", "failed");
      await giveUp(parts, book, lanes, some);
      lanes.fill();
      return some.map((item) => item.id);
    },
    retry: async (selection) => {
      const some = book.choose(selection, "failed", "cancelled").filter((item) => !isHalfCancelled(item));
      for (const item of some) book.wake(item);
      await book.keep(some);
      lanes.fill();
      return some.map((item) => item.id);
    },
    remove: async (selection) => {
      const some = book.choose(selection, "done", "failed", "cancelled").filter((item) => !isHalfCancelled(item));
      for (const item of some) item.ending = true;
      try {
        const failed = some.filter((item) => item.state === "failed");
        await giveUp(parts, book, lanes, failed);
        await book.forget(some);
      } finally {
        for (const item of some) item.ending = false;
      }
      return some.map((item) => item.id);
    },
    move: async (id, to) => {
      const [item] = book.choose({ ids: [id] }, "queued", "running", "paused");
      if (!item) throw fault({ code: "badArguments", verb: "tasks.move", path: "id", problem: "it has ended" });
      await book.keep(moveItem(book.inOrder(), item, to));
      lanes.fill();
    },
    onChange: book.onChange,
    onProgress: ticker.event,
    close: async () => {
      ticker.dispose();
      await lanes.close();
      await parts.transfers.close();
      await book.close();
    },
  };
}

/** State, entry, files and characteristics in one commit: an entry is there when its download is done, and not before. */
async function finish(parts: QueueParts, book: DownloadBook, lanes: Lanes, item: Item): Promise<void> {
  const finishedAt = book.time();
  item.ending = true;
  try {
    const own = parts.entryEdits(
      await amongKnown(parts.registry, newEntryOf(item, finishedAt, await said(parts, item))),
    );
    const owners = await ownersOf(parts, item.plan);
    const { name, edits } = owners ? { name: owners.name, edits: fileEditsUnder(owners, own.edits) } : own;
    await refuseLockedOnes(parts, [name], []);
    const done = { state: "done", finishedAt, entry: name, reason: undefined } as const;
    await book.keep([{ ...item, ...done }], edits, () => Object.assign(item, done));
  } catch (error) {
    await fail(parts, book, lanes, item, error);
  } finally {
    item.ending = false;
  }
}

/** A header that cannot be read takes nothing from a file that is proven. */
async function said({ identify }: QueueParts, { files, plan }: Item): ReturnType<QueueParts["identify"]> {
  const targets = (primary: boolean): readonly string[] =>
    files.filter(({ planned }) => planned.primary === primary).map(({ planned }) => planned.target);
  const weights = targets(true);
  if (weights.length === 0) return { characteristics: [] };
  const sizeBytes = plan.files.reduce((sum, file) => sum + (file.primary ? file.sizeBytes : 0), 0);
  const lying = { weights, others: targets(false), sizeBytes };
  return identify(lying, new AbortController().signal).catch(() => ({ characteristics: [] }));
}

/** A full disk is waited for; everything else is a failure. What was fetched stays. */
async function fail(parts: QueueParts, book: DownloadBook, lanes: Lanes, item: Item, error: unknown): Promise<void> {
  item.reason = toTrouble(error);
  item.state = item.reason.code === "diskFull" ? "paused" : "failed";
  item.finishedAt = item.state === "failed" ? book.time() : undefined;
  await lanes.stop(item);
  await removeEmptyFolders(parts.partials, item);
  await book.keep([item]).catch(() => undefined);
}

async function giveUp(parts: QueueParts, book: DownloadBook, lanes: Lanes, some: readonly Item[]): Promise<void> {
  for (const item of some) {
    item.state = "cancelled";
    item.reason = undefined;
    item.finishedAt = undefined;
  }
  await Promise.all(some.map((item) => lanes.stop(item)));
  // First that it is so, then the deed: a crash between them leaves what the next start clears.
  await book.keep(some);
  await clear(parts, book, some);
}

/** Gives the items of the queue their new places; those that got one. */
function moveItem(all: readonly Item[], { id }: Item, to: MoveTo): readonly Item[] {
  const places = new Map(
    moved(
      all.filter((item) => !isEnded(item)),
      id,
      to,
    ).map((place) => [place.id, place]),
  );
  const changed = all.filter((item) => places.has(item.id));
  for (const item of changed) Object.assign(item, places.get(item.id));
  return changed;
}

/** Cancelled, and not cleared yet when its owner ended. */
const isHalfCancelled = (item: Item): boolean => item.state === "cancelled" && item.finishedAt === undefined;

async function clear(parts: QueueParts, book: DownloadBook, some: readonly Item[]): Promise<void> {
  for (const item of some) {
    const others = book.inOrder().filter((other) => other !== item && other.state !== "cancelled");
    await removeFiles(parts, item, others);
    item.finishedAt = book.time();
    for (const file of item.files) Object.assign(file, { state: "waiting", doneBytes: 0, finished: undefined });
  }
  await book.keep(some);
}
