import type { Clock } from "../ports/clock.ts";
import type { Hasher } from "../ports/hasher.ts";
import type { Links } from "../ports/links.ts";
import type { PartialFiles } from "../ports/partial-files.ts";
import type { Random } from "../ports/random.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Download, QueueStatus } from "../protocol/downloads.ts";
import { isFault } from "../util/faults.ts";
import { type Planning, planDownloads, refuseLocked } from "./add-downloads.ts";
import { type Admission, type AdmissionParts, createAdmission } from "./admission.ts";
import { createDiskQuestions } from "./disk-questions.ts";
import { type DownloadBook, openBook } from "./download-book.ts";
import { type Finishing, finish } from "./finish.ts";
import { createFreeSpace, freeAt } from "./free-space.ts";
import { clear, isHalfCancelled } from "./give-up.ts";
import { createInstalledFiles } from "./installed.ts";
import { type Item, isEnded } from "./item.ts";
import { openLimit } from "./keep-limit.ts";
import { type Lanes, createLanes } from "./lanes.ts";
import { measureAll } from "./measure.ts";
import { createPace } from "./pace.ts";
import { previewDownloads } from "./preview.ts";
import { queueStatus } from "./queue-status.ts";
import { createDeeds } from "./queue-deeds.ts";
import type { DownloadQueue } from "./queue.ts";
import { removeEmptyFolders } from "./remove-files.ts";
import type { FileRunner } from "./run-file.ts";
import { createQueueChanges } from "./queue-change.ts";
import { createShownItems } from "./shown-items.ts";
import { createTicker } from "./ticker.ts";
import { createTurns } from "./turns.ts";

export interface QueueParts
  extends
    Omit<FileRunner, "refuse" | "onBytes">,
    Omit<Planning, "installed" | "registry" | "links" | "disks">,
    Omit<AdmissionParts, "files" | "disks">,
    Finishing {
  readonly partials: PartialFiles;
  readonly links: Links;
  readonly hasher: Hasher;
  readonly random: Random;
  /** Files at once. */
  readonly parallel: number;
  readonly small?: number;
  /** The setting, in bytes per second. */
  readonly bandwidthLimit: number | undefined;
  /** Absolute: keeps the limit a person set. */
  readonly limitFile: string;
}

/**
 * Takes up what the registry holds: what ran goes on in its turn, from where its partial files are. Closing it closes the
 * transfers too.
 */
export async function createDownloadQueue(parts: QueueParts): Promise<DownloadQueue> {
  const { registry, clock } = parts;
  const disks = createDiskQuestions(clock);
  const planning: Planning = { ...parts, disks, installed: createInstalledFiles(registry) };
  const book = await openBook({ ...parts, disks });
  const limit = await openLimit(parts, parts.bandwidthLimit, parts.limitFile);
  const ticker = createTicker(clock);
  const whole = createPace();
  const space = createFreeSpace({ ...parts, disks }, ticker.tick);
  const admission = createAdmission({ ...parts, disks });
  const closing = new AbortController();
  const lanes: Lanes = createLanes(
    {
      ...parts,
      refuse: (plan) => refuseLocked(parts, plan),
      onBytes: (count) => count > 0 && whole.add(clock.now(), count),
    },
    {
      items: () => book.inOrder(),
      admits: (item) => admission.admits(item),
      onMoved: ticker.tick,
      // Where a step cannot be kept, the row says less than is true, and the next start finds out.
      onStarted: (item) => {
        // What was measured before the silence says nothing of now.
        if (!book.inOrder().some((other) => other !== item && other.state === "running")) whole.reset();
        void book.keep([item]).catch(() => undefined);
      },
      onFile: (item) => void book.keep([item]).catch(() => undefined),
      onWhole: async (item) => {
        item.ending = true;
        try {
          await finish(parts, book, item, closing.signal);
        } catch (error) {
          // The next start finishes it.
          if (!closing.signal.aborted) await fail(parts, book, lanes, admission, item, error);
        } finally {
          item.ending = false;
        }
        turns.take({ room: true });
      },
      onFailed: async (item, error) => {
        await fail(parts, book, lanes, admission, item, error);
        turns.take();
      },
    },
  );
  const turns = createTurns({ book, admission, lanes });
  // A folder that is not to be written to now is no reason to have no queue: a person cancels again, or the next start does.
  await clear(parts, book, book.inOrder().filter(isHalfCancelled)).catch(() => undefined);
  turns.take();
  const lookAtDisks = (): Promise<void> => space.look(parts.places.locations.map(({ path }) => path));
  void lookAtDisks();
  disks.onAnswer(() => {
    void lookAtDisks();
    turns.take({ room: true });
  });
  void measureAll({ book, files: parts.files, disks, onMeasured: ticker.tick }, closing.signal);

  const list = createList(book, clock);
  const statusOf = (rows: readonly Download[]): QueueStatus =>
    queueStatus({ ...parts, space }, rows, { pace: whole, limit: limit.current(), opening: admission.opening() });
  const summary = (): QueueStatus => statusOf(list({}));

  return {
    add: async (request, signal) => {
      const planned = await planDownloads(planning, request, signal);
      signal.throwIfAborted();
      const ids = await book.enter(planned, request);
      // Its source has just answered.
      turns.take({ hosts: true });
      return ids;
    },
    preview: async (request, options, signal) => {
      const planned = await planDownloads(planning, request, signal);
      return previewDownloads({ ...parts, ...planning, book, disks }, request, planned, options, signal);
    },
    list,
    summary,
    status: async () => {
      await lookAtDisks();
      return summary();
    },
    freeSpace: (paths) => freeAt(space, paths),
    hosts: () => admission.hosts(book.inOrder().filter((item) => !isEnded(item))),
    limit: async (bytesPerSecond) => {
      await limit.set(bytesPerSecond);
      book.tell();
    },
    ...createDeeds({ giving: parts, book, lanes, admission, turns }),
    changes: createQueueChanges({ rows: () => list({}), status: statusOf }, clock.wall()),
    onChange: book.onChange,
    onProgress: ticker.event,
    close: async () => {
      ticker.dispose();
      disks.dispose();
      admission.dispose();
      closing.abort();
      await turns.close();
      await lanes.close();
      await parts.transfers.close();
      await book.close();
    },
  };
}

function createList(book: DownloadBook, clock: Pick<Clock, "now">): DownloadQueue["list"] {
  const show = createShownItems();
  return ({ state }) => {
    const now = clock.now();
    const shown = book.inOrder().map((item) => show(item, now));
    return state === undefined ? shown : shown.filter((item) => item.state === state);
  };
}

/** A full disk and a source that does not answer at all are waited for; everything else is a failure. What was fetched stays. */
async function fail(
  parts: QueueParts,
  book: DownloadBook,
  lanes: Lanes,
  admission: Admission,
  item: Item,
  error: unknown,
): Promise<void> {
  const trouble = toTrouble(error);
  const isFull = isFault(error, "diskFull");
  const waits = isFull || (isFault(error, "network") && (await admission.isOffline(item).catch(() => false)));
  // While the host was asked, a person may have said something else.
  if (item.state !== "running") return;
  item.state = waits ? "queued" : "failed";
  item.room = undefined;
  item.wasFull = isFull ? trouble : undefined;
  item.reason = waits ? undefined : trouble;
  item.finishedAt = waits ? undefined : book.time();
  await lanes.stop(item);
  await removeEmptyFolders(parts.partials, item);
  await book.keep([item]).catch(() => undefined);
}
