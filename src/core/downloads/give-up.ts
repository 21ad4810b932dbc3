import type { PartialFiles } from "../ports/partial-files.ts";
import type { DownloadBook } from "./download-book.ts";
import type { Item } from "./item.ts";
import type { Lanes } from "./lanes.ts";
import { type Removing, namesOf, removeFiles } from "./remove-files.ts";

export interface GivingUp extends Removing {
  readonly partials: PartialFiles;
}

/** Cancelled, and not cleared yet when its owner ended. */
export const isHalfCancelled = (item: Item): boolean => item.state === "cancelled" && item.finishedAt === undefined;

/** Cancels them: nothing they made is left when it resolves. */
export async function giveUp(
  parts: GivingUp,
  book: DownloadBook,
  lanes: Pick<Lanes, "stop">,
  some: readonly Item[],
): Promise<void> {
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

/**
 * Removes what cancelled ones have left; one that cannot be cleared now keeps none of the others from it, and is as it was.
 * Rejects with the first reason.
 */
export async function clear(parts: GivingUp, book: DownloadBook, some: readonly Item[]): Promise<void> {
  // Gathered anew when the queue changed meanwhile, and not for each of thousands.
  let wanted: ReadonlySet<string> | undefined;
  const reasons: unknown[] = [];
  const subscription = book.onChange(() => (wanted = undefined));
  try {
    for (const item of some) {
      wanted ??= namesOf(book.inOrder().filter(({ state }) => state !== "cancelled"));
      try {
        if (item.plan.provider !== "ollama") await removeFiles(parts, item, wanted);
      } catch (error) {
        reasons.push(error);
        continue;
      }
      forgetFiles(item);
      item.finishedAt = book.time();
    }
  } finally {
    subscription.dispose();
  }
  await book.keep(some);
  if (reasons.length > 0) throw reasons[0];
}

/** As it was when it was planned. */
function forgetFiles(item: Item): void {
  const { linked: _gone, ...plan } = item.plan;
  item.plan = plan;
  for (const file of item.files) {
    const { reuse: _taken, ...planned } = file.planned;
    Object.assign(file, {
      planned,
      state: "waiting",
      doneBytes: 0,
      finished: undefined,
      wasAt: undefined,
      guessed: false,
    });
  }
}
