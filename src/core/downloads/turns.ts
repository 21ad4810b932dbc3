import type { Admission, LookAgain } from "./admission.ts";
import type { DownloadBook } from "./download-book.ts";
import type { Item } from "./item.ts";
import type { Lanes } from "./lanes.ts";

/** Brings what may work to work and what may not to stand still, one look after the other. */
export interface Turns {
  take(how?: LookAgain): void;
  /** When the look that is under way has ended. */
  close(): Promise<void>;
}

export function createTurns(parts: {
  readonly book: Pick<DownloadBook, "inOrder" | "keep" | "tell">;
  readonly admission: Admission;
  readonly lanes: Lanes;
}): Turns {
  const { book, admission, lanes } = parts;
  let due: LookAgain | undefined;
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;
  let closed = false;

  function take(how: LookAgain = {}): void {
    if (closed) return;
    due = { room: how.room === true || due?.room === true, hosts: how.hosts === true || due?.hosts === true };
    if (isWorking) return;
    isWorking = true;
    working = work().finally(() => (isWorking = false));
  }

  async function work(): Promise<void> {
    for (let how = due; how; how = due) {
      due = undefined;
      // What cannot be looked at is no reason to stand still: the transfers find out.
      await turn(how).catch(() => undefined);
    }
  }

  async function turn(how: LookAgain): Promise<void> {
    const active = (): readonly Item[] =>
      book.inOrder().filter(({ state }) => state === "queued" || state === "running");
    const items = active();
    const before = items.map(({ waits }) => waits);
    await admission.look(items, how);
    if (closed) return;
    const out = items.filter((item) => item.state === "running" && !item.ending && !admission.admits(item));
    for (const item of out) item.state = "queued";
    await Promise.all(out.map((item) => lanes.stop(item)));
    if (out.length > 0) await book.keep(out);
    else if (items.some(({ waits }, index) => waits?.message !== before[index]?.message)) book.tell();
    lanes.fill();
    admission.watch(active(), () => take({ room: true }));
  }

  return {
    take,
    close: async () => {
      closed = true;
      due = undefined;
      await working;
    },
  };
}
