import { type MoveTo, moved } from "../tasks/move.ts";
import { fault } from "../util/faults.ts";
import type { Admission } from "./admission.ts";
import type { DownloadBook } from "./download-book.ts";
import { type GivingUp, giveUp, isHalfCancelled } from "./give-up.ts";
import { type Item, isEnded } from "./item.ts";
import type { Lanes } from "./lanes.ts";
import type { DownloadQueue } from "./queue.ts";
import type { Turns } from "./turns.ts";

type Deeds = Pick<DownloadQueue, "pause" | "resume" | "cancel" | "retry" | "remove" | "move">;

/** What a person does to downloads that are there. */
export function createDeeds({
  giving,
  book,
  lanes,
  admission,
  turns,
}: {
  readonly giving: GivingUp;
  readonly book: DownloadBook;
  readonly lanes: Lanes;
  readonly admission: Pick<Admission, "opening">;
  readonly turns: Turns;
}): Deeds {
  return {
    pause: async (selection) => {
      const some = book.choose(selection, "queued", "running");
      for (const item of some) item.state = "paused";
      await Promise.all(some.map((item) => lanes.stop(item)));
      await book.keep(some);
      turns.take();
      return some.map((item) => item.id);
    },
    resume: async (selection) => {
      const opening = admission.opening();
      const some = opening.open
        ? book.choose(selection, "paused", "failed")
        : book.choose(selection, "paused", "failed", "queued");
      for (const item of some) {
        book.wake(item);
        if (!opening.open) item.plan = { ...item.plan, regardlessUntil: opening.until };
      }
      await book.keep(some);
      turns.take({ room: true, hosts: true });
      return some.map((item) => item.id);
    },
    cancel: async (selection) => {
      const some = book
        .choose(selection, "queued", "running", "paused", "failed", "cancelled")
        .filter((item) => item.state !== "cancelled" || isHalfCancelled(item));
      await giveUp(giving, book, lanes, some);
      turns.take({ room: true });
      return some.map((item) => item.id);
    },
    retry: async (selection) => {
      const some = book.choose(selection, "failed", "cancelled").filter((item) => !isHalfCancelled(item));
      for (const item of some) book.wake(item);
      await book.keep(some);
      turns.take({ room: true, hosts: true });
      return some.map((item) => item.id);
    },
    remove: async (selection) => {
      const some = book.choose(selection, "done", "failed", "cancelled").filter((item) => !isHalfCancelled(item));
      for (const item of some) item.ending = true;
      try {
        const failed = some.filter((item) => item.state === "failed");
        await giveUp(giving, book, lanes, failed);
        await book.forget(some);
      } finally {
        for (const item of some) item.ending = false;
      }
      turns.take({ room: true });
      return some.map((item) => item.id);
    },
    move: async (id, to) => {
      const [item] = book.choose({ ids: [id] }, "queued", "running", "paused");
      if (!item) throw fault({ code: "badArguments", verb: "tasks.move", path: "id", problem: "it has ended" });
      await book.keep(moveItem(book.inOrder(), item, to));
      turns.take();
    },
  };
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
