import type { Download, DownloadState, QueueStatus } from "../protocol/downloads.ts";

/** What a person is told of without asking. */
export interface QueueNews {
  /** That were not failed before. */
  readonly failed: readonly Download[];
  /** Of the queue that was worked off just now; absent while anything is left to do, and where nothing of it came. */
  readonly allDone?: { readonly done: number; readonly failed: number };
}

const ACTIVE: ReadonlySet<DownloadState> = new Set(["queued", "running", "verifying"]);
const isActive = ({ state }: Download): boolean => ACTIVE.has(state);

/**
 * From one list to the next. What is paused is left for later by a person: it does not keep the queue from being done.
 * @param run ids that became active since the queue was idle last; the answer's `run` is the next call's
 */
export function newsOf(
  before: readonly Download[],
  after: readonly Download[],
  run: ReadonlySet<string> = new Set(),
): QueueNews & { readonly run: ReadonlySet<string> } {
  const was = new Map(before.map((one) => [one.id, one.state]));
  const failed = after.filter(({ id, state }) => state === "failed" && was.has(id) && was.get(id) !== "failed");
  const ids = new Set([
    ...run,
    ...before.filter(isActive).map(({ id }) => id),
    ...after.filter(isActive).map(({ id }) => id),
  ]);
  if (after.some(isActive)) return { failed, run: ids };
  const ended = after.filter(({ id }) => ids.has(id));
  const count = (state: DownloadState): number => ended.filter((one) => one.state === state).length;
  const done = count("done");
  return { failed, ...(done > 0 && { allDone: { done, failed: count("failed") } }), run: new Set() };
}

/** Nothing runs and nothing waits for its turn; what is paused waits for a person. */
export const isIdle = ({ counts }: Pick<QueueStatus, "counts">): boolean =>
  counts.queued + counts.running + counts.verifying === 0;
