import type { Clock } from "../ports/clock.ts";
import type { Edit } from "../ports/database.ts";
import type { Files } from "../ports/files.ts";
import type { Random } from "../ports/random.ts";
import type { Registry } from "../registry/registry.ts";
import { type Event, createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import type { Planned } from "./add-downloads.ts";
import { type Item, createItem, editOf, inOrder, itemOf } from "./item.ts";
import { planKey } from "./plan.ts";
import type { DownloadRequest, Selection } from "./queue.ts";
import { partialPath } from "./sidecar.ts";

/** All downloads there are, in memory and in the registry. */
export interface DownloadBook {
  inOrder(): readonly Item[];
  /**
   * Their rows as they are when their turn to be written comes, with the edits in the same commit. `onKept` says that it is
   * done before anyone hears of it.
   */
  keep(items: readonly Item[], edits?: readonly Edit[], onKept?: () => void): Promise<void>;
  /** Ids, in the order of the plans; a plan of the same bytes for the same places joins what is there. */
  enter(planned: readonly Planned[], request: DownloadRequest): Promise<readonly string[]>;
  /** Their rows and they themselves are gone. */
  forget(items: readonly Item[]): Promise<void>;
  /** Back into the queue. */
  wake(item: Item): void;
  /** Those of the selection that are in one of the states. Throws `notFound` for an id that is not there. */
  choose(selection: Selection, ...states: readonly Item["state"][]): readonly Item[];
  /** Now, as rows have it. */
  time(): string;
  readonly onChange: Event<void>;
  close(): Promise<void>;
}

export interface BookParts {
  readonly registry: Registry;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
}

export async function openBook({ registry, files, clock, random }: BookParts): Promise<DownloadBook> {
  const items = new Map<string, Item>();
  const changed = createEmitter<void>();
  let writes: Promise<void> = Promise.resolve();
  const time = (): string => new Date(clock.wall()).toISOString();

  function keep(kept: readonly Item[], edits: readonly Edit[] = [], onKept?: () => void): Promise<void> {
    if (kept.length === 0) return writes;
    changed.fire();
    return inTurn(async () => {
      await registry.commit([...edits, ...kept.map(editOf)]);
      if (!onKept) return;
      onKept();
      changed.fire();
    });
  }

  function forget(gone: readonly Item[]): Promise<void> {
    if (gone.length === 0) return writes;
    return inTurn(async () => {
      await registry.commit(gone.map(({ id }) => ({ table: "downloads", key: id, after: null })));
      for (const { id } of gone) items.delete(id);
      changed.fire();
    });
  }

  /** One write after the other. */
  function inTurn(write: () => Promise<void>): Promise<void> {
    const before = writes;
    const written = (async () => {
      await before;
      await write();
    })();
    writes = written.catch(() => undefined);
    return written;
  }

  function wake(item: Item): void {
    item.state = "queued";
    item.reason = undefined;
    item.finishedAt = undefined;
  }

  function join({ plan }: Planned, request: DownloadRequest): Item | undefined {
    const key = planKey(plan);
    const same = Array.from(items.values()).find(
      (item) => item.state !== "done" && item.state !== "cancelled" && planKey(item.plan) === key,
    );
    if (same && request.paused !== true && (same.state === "paused" || same.state === "failed")) wake(same);
    return same;
  }

  function put({ plan, entry }: Planned, request: DownloadRequest): Item {
    const position = Math.max(0, ...Array.from(items.values(), (item) => item.position)) + 1;
    const state = entry !== undefined ? "done" : request.paused === true ? "paused" : "queued";
    const addedAt = time();
    const item = createItem(plan, { id: random.id(), priority: request.priority ?? 0, position, addedAt, state });
    if (entry !== undefined) {
      item.entry = entry;
      item.finishedAt = addedAt;
    }
    items.set(item.id, item);
    return item;
  }

  for (const row of await registry.query("SELECT * FROM downloads ORDER BY priority, position")) {
    const item = itemOf(row);
    if (!item) continue;
    items.set(item.id, item);
    await measure(item, files);
  }

  return {
    inOrder: () => inOrder(items.values()),
    keep,
    forget,
    enter: async (planned, request) => {
      const known = new Set(items.keys());
      const entered = planned.map((one) => join(one, request) ?? put(one, request));
      try {
        await keep(entered);
      } catch (error) {
        for (const item of entered) if (!known.has(item.id)) items.delete(item.id);
        changed.fire();
        throw error;
      }
      return [...new Set(entered.map((item) => item.id))];
    },
    wake,
    choose: (selection, ...states) => {
      const wanted =
        "all" in selection
          ? inOrder(items.values())
          : selection.ids.map((id) => {
              const item = items.get(id);
              if (!item) throw fault({ code: "notFound", what: "download", name: id });
              return item;
            });
      return [...new Set(wanted)].filter((item) => states.includes(item.state) && !item.ending);
    },
    time,
    onChange: changed.event,
    close: async () => {
      await writes;
      changed.dispose();
    },
  };
}

/** What is there of files that wait, for the figures: the transfer itself looks again. */
async function measure(item: Item, files: Files): Promise<void> {
  if (item.state === "done" || item.state === "cancelled") return;
  for (const file of item.files) {
    if (file.finished) continue;
    const there = await files.stat(partialPath(file.planned.target));
    file.doneBytes = Math.min(there?.size ?? 0, file.planned.sizeBytes);
  }
}
