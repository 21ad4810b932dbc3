import { t } from "@vscode/l10n";
import type { Download, DownloadState, QueueStatus } from "../protocol/downloads.ts";
import type { QueueHead } from "../protocol/page.ts";
import { queueSummary } from "./queue-row.ts";
import { clockWords } from "./time.ts";
import { durationWords, rateWords, sizeWords } from "./units.ts";

/** @param status undefined while the registry is not open */
export function queueHead(downloads: readonly Download[], status: QueueStatus | undefined, now: Date): QueueHead {
  const count = (...states: readonly DownloadState[]): number =>
    downloads.filter(({ state }) => states.includes(state)).length;
  const limit = status?.limit ?? null;
  return {
    metrics: status === undefined ? "" : metricsWords(status, count),
    summary: queueSummary(downloads),
    waits: status?.closedUntil === undefined ? "" : t("Downloads wait until {0}.", clockWords(status.closedUntil, now)),
    limit,
    limitWords: limit === null ? t("no limit") : rateWords(limit),
    ended: { done: count("done"), failed: count("failed"), cancelled: count("cancelled") },
    canPause: count("queued", "running", "verifying") > 0,
    canResume: count("paused") > 0,
  };
}

function metricsWords(
  { bytesPerSecond, etaSeconds, free }: QueueStatus,
  count: (...states: readonly DownloadState[]) => number,
): string {
  const [running, queued] = [count("running", "verifying"), count("queued")];
  const counted: readonly (readonly [number, string])[] = [
    [running, t("{0} running", running)],
    [queued, t("{0} waiting", queued)],
    [count("paused"), t("{0} paused", count("paused"))],
    [count("done"), t("{0} done", count("done"))],
    [count("failed"), t("{0} failed", count("failed"))],
  ];
  return [
    ...counted.filter(([many]) => many > 0).map(([, words]) => words),
    ...(bytesPerSecond > 0 ? [rateWords(bytesPerSecond)] : []),
    ...(running > 0 && etaSeconds !== null ? [t("{0} left", durationWords(Math.max(1, etaSeconds) * 1000))] : []),
    ...free.flatMap(({ location, freeBytes }) =>
      freeBytes === null ? [] : [t("{0} free in {1}", sizeWords(freeBytes), location)],
    ),
  ].join(" · ");
}
