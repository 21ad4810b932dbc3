import type { Clock } from "../ports/clock.ts";
import type { Download, DownloadState, QueueStatus } from "../protocol/downloads.ts";
import type { Location } from "../settings.ts";
import type { FreeSpace } from "./free-space.ts";
import type { Pace } from "./pace.ts";
import type { Opening } from "./schedule.ts";

export interface StatusParts {
  readonly space: Pick<FreeSpace, "known">;
  readonly clock: Pick<Clock, "now">;
  readonly places: { readonly locations: readonly Location[] };
}

/** @param pace of all bytes together */
export function queueStatus(
  { space, clock, places }: StatusParts,
  downloads: readonly Download[],
  whole: { readonly pace: Pace; readonly limit: number | null; readonly opening: Opening },
): QueueStatus {
  const active = downloads.filter(({ state }) => state === "queued" || state === "running" || state === "verifying");
  const left = active.reduce((sum, one) => sum + one.bytesTotal - one.bytesDone, 0);
  const counts = new Map(Map.groupBy(downloads, ({ state }) => state));
  return {
    counts: countsOf((state) => counts.get(state)?.length ?? 0),
    bytesPerSecond: downloads.reduce((sum, one) => sum + one.bytesPerSecond, 0),
    etaSeconds: left === 0 ? null : whole.pace.eta(clock.now(), left),
    limit: whole.limit,
    ...(!whole.opening.open && { closedUntil: new Date(whole.opening.until).toISOString() }),
    free: places.locations.map(({ name, path }) => ({
      location: name,
      path,
      freeBytes: space.known(path) ?? null,
    })),
  };
}

const countsOf = (count: (state: DownloadState) => number): QueueStatus["counts"] => ({
  queued: count("queued"),
  running: count("running"),
  paused: count("paused"),
  verifying: count("verifying"),
  done: count("done"),
  failed: count("failed"),
  cancelled: count("cancelled"),
});
