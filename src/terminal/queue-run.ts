import type { OpenDeck } from "../core/open-deck.ts";
import { isMoving } from "../core/present/queue-row.ts";
import { clockWords } from "../core/present/time.ts";
import type { Download } from "../core/protocol/downloads.ts";
import { type Told, isActive, newLines, statusLine } from "../core/terminal/queue-lines.ts";
import { isCancelled } from "../core/util/faults.ts";
import { downloadsOf, statusOf } from "./ask.ts";
import type { Output } from "./output.ts";

export type RunEnd =
  | { readonly kind: "idle"; readonly done: number; readonly failed: number; readonly left: number }
  | { readonly kind: "stopped" };

/** Tells of the downloads until none is left to do; `stay`: until it is stopped. Works them off where this process owns. */
export async function runQueue(deck: OpenDeck, output: Output, stay: boolean, signal: AbortSignal): Promise<RunEnd> {
  let told: ReadonlyMap<string, Told> = new Map();
  let waits: string | undefined;
  const ours = new Set<string>();
  let next = Promise.withResolvers<void>();
  const subscription = deck.onEvent(({ kind }) => {
    if (kind === "downloads" || kind === "progress") next.resolve();
  });
  const stop = (): void => next.resolve();
  signal.addEventListener("abort", stop);
  try {
    for (;;) {
      if (signal.aborted) return { kind: "stopped" };
      // Before it is read: what changes meanwhile is read once more.
      next = Promise.withResolvers();
      const downloads = await downloadsOf(deck, signal);
      for (const one of downloads) if (isActive(one)) ours.add(one.id);
      const news = newLines(told, downloads, !output.isTerminal);
      told = news.told;
      for (const line of news.lines) output.line(line);
      output.redraw(statusLine(downloads, output.columns()));
      const pause =
        downloads.some(({ state }) => state === "queued") && !downloads.some(({ state }) => isMoving(state));
      const until = pause ? (await statusOf(deck, signal))?.closedUntil : undefined;
      if (until !== undefined && until !== waits) output.line(`Downloads wait until ${clockWords(until, new Date())}.`);
      waits = until;
      if (!stay && !downloads.some(isActive)) return endOf(downloads, ours);
      await next.promise;
    }
  } catch (error) {
    if (isCancelled(error, signal)) return { kind: "stopped" };
    throw error;
  } finally {
    output.redraw("");
    signal.removeEventListener("abort", stop);
    subscription.dispose();
  }
}

/** @param ours what was under way while we looked */
function endOf(downloads: readonly Download[], ours: ReadonlySet<string>): RunEnd {
  const count = (...states: readonly Download["state"][]): number =>
    downloads.filter(({ id, state }) => ours.has(id) && states.includes(state)).length;
  // One that the queue itself paused, as for a full disk, is left to do.
  return { kind: "idle", done: count("done"), failed: count("failed"), left: count("paused") };
}
