import type { Clock } from "../ports/clock.ts";
import type { Edit } from "../ports/database.ts";
import type { Files } from "../ports/files.ts";
import type { Random } from "../ports/random.ts";
import type { Registry } from "../registry/registry.ts";
import { type Event, createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import type { Planned } from "./add-downloads.ts";
import { type Item, createItem, inOrder, itemOf } from "./item.ts";
import type { DownloadPlan } from "./plan.ts";
import { createWrites } from "./book-writes.ts";
import type { DiskQuestions } from "./disk-questions.ts";
import { createKeyBook } from "./key-book.ts";
import type { DownloadRequest, Selection } from "./queue.ts";

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
  /** The item of the queue that does the same as the plan. */
  joined(plan: DownloadPlan): Promise<Item | undefined>;
  /** What is shown of them changed, and no row. */
  tell(): void;
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
  readonly disks: Pick<DiskQuestions, "ask">;
}

/** Nothing but the registry is asked: opening takes no longer for what the disks hold, or for one that does not answer. */
export async function openBook({ registry, files, clock, random, disks }: BookParts): Promise<DownloadBook> {
  const items = new Map<string, Item>();
  const keys = createKeyBook(files, disks);
  const changed = createEmitter<void>();
  /** As they were last; undefined where one came since. */
  let sorted: readonly Item[] | undefined;
  const time = (): string => new Date(clock.wall()).toISOString();

  const { keep, forget } = createWrites(registry, items, () => changed.fire());

  function wake(item: Item): void {
    item.state = "queued";
    item.reason = undefined;
    item.finishedAt = undefined;
    item.wasFull = undefined;
  }

  const stands = ({ state }: Item): boolean => state !== "done" && state !== "cancelled";
  const standing = (key: string): Item | undefined =>
    Array.from(items.values()).find(
      // One that is ending goes by what it was asked for until now, or leaves the list.
      (item) => keys.has(item.id, key) && stands(item) && !item.ending,
    );

  const keysOf = (plans: readonly DownloadPlan[]): Promise<readonly string[]> =>
    keys.keysOf(plans, Array.from(items.values()).filter(stands));

  function join(key: string, { plan }: Planned, request: DownloadRequest): Item | undefined {
    const same = standing(key);
    if (!same) return undefined;
    if (request.paused !== true && (same.state === "paused" || same.state === "failed")) wake(same);
    same.priority = Math.min(same.priority, request.priority ?? same.priority);
    const linkOut = [...new Set([...(same.plan.linkOut ?? []), ...(plan.linkOut ?? [])])];
    if (linkOut.length > 0) same.plan = { ...same.plan, linkOut };
    // Else one that failed as something lies there would fail again, whatever was said of it.
    if (plan.force) same.plan = { ...same.plan, force: true };
    return same;
  }

  function put(key: string, { plan, entry }: Planned, request: DownloadRequest): Item {
    const position = Math.max(0, ...Array.from(items.values(), (item) => item.position)) + 1;
    const state = entry !== undefined ? "done" : request.paused === true ? "paused" : "queued";
    const addedAt = time();
    const item = createItem(plan, { id: random.id(), priority: request.priority ?? 0, position, addedAt, state });
    if (entry !== undefined) {
      item.entry = entry;
      item.finishedAt = addedAt;
    }
    items.set(item.id, item);
    keys.keep(item.id, key);
    sorted = undefined;
    return item;
  }

  for (const row of await registry.query("SELECT * FROM downloads ORDER BY priority, position")) {
    const item = itemOf(row);
    if (item) items.set(item.id, item);
  }

  /** Sorted again each time, which takes little where little has moved. */
  function sort(): readonly Item[] {
    const isWhole = sorted?.length === items.size;
    sorted = inOrder(isWhole && sorted ? sorted : items.values());
    return sorted;
  }

  return {
    inOrder: sort,
    keep,
    forget,
    enter: async (planned, request) => {
      const wanted = await keysOf(planned.map(({ plan }) => plan));
      const known = new Set(items.keys());
      const entered = planned.map((one, index) => {
        const key = wanted[index] ?? "";
        return join(key, one, request) ?? put(key, one, request);
      });
      try {
        await keep(entered);
      } catch (error) {
        for (const item of entered) if (!known.has(item.id)) items.delete(item.id);
        changed.fire();
        throw error;
      }
      return [...new Set(entered.map((item) => item.id))];
    },
    joined: async (plan) => {
      const [key = ""] = await keysOf([plan]);
      return standing(key);
    },
    tell: () => changed.fire(),
    wake,
    choose: (selection, ...states) => {
      const wanted =
        "all" in selection
          ? sort()
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
      await keep([]);
      changed.dispose();
    },
  };
}
