import { percentWords, queueSummary, stateWords } from "../present/queue-row.ts";
import { timeWords } from "../present/time.ts";
import { sizeWords } from "../present/units.ts";
import type { Download, DownloadState, QueueStatus } from "../protocol/downloads.ts";

const ACTIVE: ReadonlySet<DownloadState> = new Set(["queued", "running", "verifying"]);

/** True while the queue has it still to do. */
export const isActive = ({ state }: Pick<Download, "state">): boolean => ACTIVE.has(state);

export const nameOf = ({ title, model, variant }: Pick<Download, "title" | "model" | "variant">): string =>
  `${title ?? model} ${variant}`;

/** What of a download was told last. */
export interface Told {
  readonly state: DownloadState;
  /** Whole tenths of its bytes. */
  readonly tenth: number;
}

/**
 * A line for each that changed its state; where no line is redrawn, for each tenth of its bytes, too.
 * @returns the lines, and what is told now
 */
export function newLines(
  told: ReadonlyMap<string, Told>,
  downloads: readonly Download[],
  withTenths: boolean,
): { readonly lines: readonly string[]; readonly told: ReadonlyMap<string, Told> } {
  const lines: string[] = [];
  const now = new Map<string, Told>();
  for (const one of downloads) {
    const before = told.get(one.id);
    const tenth = one.bytesTotal > 0 ? Math.floor((one.bytesDone / one.bytesTotal) * 10) : 0;
    now.set(one.id, { state: one.state, tenth });
    // What had ended before we came is no news.
    if (!before && !isActive(one)) continue;
    if (before?.state !== one.state) lines.push(lineOf(one));
    else if (withTenths && one.state === "running" && tenth > before.tenth && tenth < 10)
      lines.push(`${nameOf(one)}: ${percentWords(one.bytesDone / one.bytesTotal)} of ${sizeWords(one.bytesTotal)}`);
  }
  return { lines, told: now };
}

/** As `owner/repo Q4_K_M: done, 4.9 GB`, with the reason where there is one. */
export function lineOf(download: Download): string {
  const { state, bytesDone, bytesTotal, reason, folder } = download;
  const about = `${nameOf(download)}: ${stateWords(state)}`;
  const why = [reason?.message, reason?.remedy].filter((part) => part !== undefined).join(" ");
  if (state === "done") return `${about}, ${sizeWords(Math.max(bytesDone, bytesTotal))} in ${folder}`;
  const size = bytesTotal > 0 ? `, ${sizeWords(bytesDone)} of ${sizeWords(bytesTotal)}` : "";
  return why === "" ? `${about}${size}` : `${about}${size}. ${why}`;
}

/** The one line that is redrawn. */
export const statusLine = (downloads: readonly Download[], columns: number): string => {
  const running = downloads.find(({ state }) => state === "running");
  const line = [queueSummary(downloads), running ? nameOf(running) : ""].filter((part) => part !== "").join(" · ");
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
};

/** What a person reads of the queue as a whole. */
export function statusText(downloads: readonly Download[], status: QueueStatus | undefined): string {
  if (downloads.length === 0) return "Nothing is downloaded, and nothing waits.";
  const head = [
    queueSummary(downloads),
    status?.limit === null || status === undefined ? "" : `limit ${sizeWords(status.limit)}/s`,
    status?.closedUntil === undefined ? "" : `waits until ${timeWords(status.closedUntil)}`,
    ...(status?.free ?? []).map(({ location, freeBytes }) =>
      freeBytes === null ? `the disk of ${location} does not answer` : `${sizeWords(freeBytes)} free in ${location}`,
    ),
  ].filter((part) => part !== "");
  return [...(head.length > 0 ? [head.join(" · ")] : []), ...downloads.map(lineOf)].join("\n");
}
