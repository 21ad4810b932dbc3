import type { Item, ItemFile } from "./item.ts";
import { type LaneCounts, type Placed, createLanePlaces } from "./lane-places.ts";
import { type FileRunner, type OwnLane, runFile } from "./run-file.ts";

export interface LaneEvents {
  /** In the order they shall run. */
  readonly items: () => readonly Item[];
  /** Whether it may start, or go on with its next file. */
  readonly admits: (item: Item) => boolean;
  readonly onMoved: () => void;
  readonly onStarted: (item: Item) => void;
  /** One file more is done, and it was not the last. */
  readonly onFile: (item: Item) => void;
  readonly onWhole: (item: Item) => Promise<void>;
  readonly onFailed: (item: Item, error: unknown) => Promise<void>;
}

/** Files under way, so many at once. */
export interface Lanes {
  /** Starts what may start. */
  fill(): void;
  /** Stops the item's files and waits until they stand still. */
  stop(item: Item): Promise<void>;
  close(): Promise<void>;
}

interface Lane extends Placed {
  readonly item: Item;
  ended: Promise<void>;
}

export function createLanes(parts: FileRunner & LaneCounts, events: LaneEvents): Lanes {
  const lanes = new Set<Lane>();
  const places = createLanePlaces(parts, lanes);
  const ending = new Set<Promise<void>>();
  let closed = false;

  function fill(): void {
    if (closed) return;
    places.takeBack();
    // Two downloads may share a file: the second waits, and finds it done.
    const busy = new Set(Array.from(lanes, (lane) => lane.file.planned.target));
    for (const item of events.items()) {
      if (item.state !== "queued" && item.state !== "running") continue;
      if (item.files.every((file) => file.finished)) {
        conclude(item, () => events.onWhole(item));
        continue;
      }
      if (!events.admits(item)) continue;
      for (const file of item.inTurn) {
        if (places.areFull()) return;
        if (file.finished || busy.has(file.planned.target) || !places.has(file)) continue;
        busy.add(file.planned.target);
        start(item, file);
      }
    }
  }

  function start(item: Item, file: ItemFile): void {
    const lane: Lane = { item, file, stop: new AbortController(), aside: false, ended: Promise.resolve() };
    lanes.add(lane);
    file.state = "fetching";
    file.toldBytes = undefined;
    if (item.state === "queued") {
      item.state = "running";
      item.pace.reset();
      events.onStarted(item);
    }
    lane.ended = drive(lane);
  }

  async function drive(lane: Lane): Promise<void> {
    const { item, file, stop } = lane;
    try {
      const own: OwnLane = {
        onMoved: events.onMoved,
        stepAside: () => {
          lane.aside = true;
          fill();
        },
        comeBack: () => places.comeBack(lane),
      };
      file.finished = await runFile(parts, item, file, own, stop.signal);
      file.doneBytes = file.planned.sizeBytes;
      file.state = "done";
      file.pausedBy = file.wasAt = undefined;
      lanes.delete(lane);
      if (item.state !== "running") return;
      if (item.files.every((one) => one.finished)) conclude(item, () => events.onWhole(item));
      else events.onFile(item);
    } catch (error) {
      lanes.delete(lane);
      file.state = "waiting";
      file.pausedBy = undefined;
      // Whoever stopped it has said what it is now.
      if (!stop.signal.aborted && item.state === "running") conclude(item, () => events.onFailed(item, error));
    } finally {
      fill();
    }
  }

  /** Items that are being concluded; a second file that fails meanwhile adds nothing. */
  const concluding = new Set<Item>();

  function conclude(item: Item, deed: () => Promise<void>): void {
    if (concluding.has(item)) return;
    concluding.add(item);
    const end = deed().finally(() => {
      concluding.delete(item);
      ending.delete(end);
      fill();
    });
    ending.add(end);
  }

  const stop = async (some: readonly Lane[]): Promise<void> => {
    for (const lane of some) lane.stop.abort();
    await Promise.all(some.map((lane) => lane.ended));
  };

  return {
    fill,
    stop: (item) => stop(Array.from(lanes).filter((lane) => lane.item === item)),
    close: async () => {
      closed = true;
      await stop([...lanes]);
      await Promise.all(ending);
    },
  };
}
