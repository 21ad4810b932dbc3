import { t } from "@vscode/l10n";
import type { Download, DownloadFile, DownloadState } from "../protocol/downloads.ts";
import type { FileRow, QueueRow, RowDeed } from "../protocol/page.ts";
import { sentences } from "./sentences.ts";
import { tokenWantedFor } from "./token-wanted.ts";
import { durationWords, rateWords, sizeWords } from "./units.ts";

/** @param open whether its files are shown, too */
export const queueRow = (download: Download, open = false): QueueRow => ({
  id: download.id,
  model: download.title ?? download.model,
  variant: download.variant,
  state: download.state,
  stateWords: stateWords(download.state),
  fraction: fractionOf(download),
  amount: amountWords(download),
  pace: paceWords(download),
  reason: sentences(download.reason?.message, download.reason?.remedy),
  place: t("{0} · {1}", filesWords(download.files.length), download.folder),
  deeds: [...deedsOfReason(download), ...deedsOf(download.state)],
  more: moreDeedsOf(download.state),
  movable: MOVABLE.has(download.state),
  ...(open && { files: download.files.map(fileRow) }),
});

const MOVABLE: ReadonlySet<DownloadState> = new Set(["queued", "running", "verifying", "paused"]);

export const filesWords = (count: number): string => (count === 1 ? t("1 file") : t("{0} files", count));

function fileRow({ path, sizeBytes, doneBytes, state, connections, reusedFrom }: DownloadFile): FileRow {
  const isDone = state === "done";
  const parts = [
    isDone ? sizeWords(sizeBytes) : t("{0} of {1}", sizeWords(doneBytes), sizeWords(sizeBytes)),
    ...(connections === undefined || connections < 2 ? [] : [t("{0} connections", connections)]),
    ...(reusedFrom === undefined ? [] : [t("from {0}", reusedFrom)]),
  ];
  return {
    path,
    state,
    stateWords: stateWords(state),
    fraction: isDone || sizeBytes === 0 ? (isDone ? 1 : 0) : Math.min(1, doneBytes / sizeBytes),
    amount: parts.join(" · "),
  };
}

/** Every state, in one word. */
export function stateWords(state: DownloadState): string {
  const words: Readonly<Record<DownloadState, string>> = {
    queued: t("waiting"),
    running: t("downloading"),
    paused: t("paused"),
    verifying: t("verifying"),
    done: t("done"),
    failed: t("failed"),
    cancelled: t("cancelled"),
  };
  return words[state];
}

/** What helps against what holds it. */
function deedsOfReason({ state, reason }: Download): readonly RowDeed[] {
  // What waits for the schedule can be started now.
  if (reason?.code === "scheduled") return ["resume"];
  return state === "failed" && tokenWantedFor(reason) ? ["setToken"] : [];
}

/** What may be done to a download in that state. */
export function deedsOf(state: DownloadState): readonly RowDeed[] {
  switch (state) {
    case "queued":
    case "running":
    case "verifying":
      return ["pause", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    case "failed":
      return ["retry", "cancel"];
    case "cancelled":
      return ["retry", "remove"];
    case "done":
      return ["reveal", "remove"];
  }
}

/** What else, of one that is looked at closely. */
function moreDeedsOf(state: DownloadState): readonly RowDeed[] {
  if (MOVABLE.has(state)) return ["top", "up", "down", "bottom", "reveal"];
  return state === "failed" ? ["remove", "reveal"] : [];
}

/** 0 to 1; null while the size is unknown. */
export function fractionOf(download: Pick<Download, "state" | "bytesDone" | "bytesTotal">): number | null {
  if (download.state === "done") return 1;
  return download.bytesTotal > 0 ? Math.min(1, download.bytesDone / download.bytesTotal) : null;
}

function amountWords({ state, bytesDone, bytesTotal }: Download): string {
  if (state === "done" || bytesTotal <= 0) return sizeWords(Math.max(bytesDone, bytesTotal));
  return t("{0} of {1}", sizeWords(bytesDone), sizeWords(bytesTotal));
}

function paceWords(download: Download): string {
  const { state, bytesPerSecond, etaSeconds } = download;
  // All that is here may still be proven: a full figure would say that it is over.
  const fraction = fractionOf(download) ?? 1;
  if (state === "verifying") return fraction < 1 ? percentWords(fraction) : "";
  if (state !== "running") return "";
  if (bytesPerSecond <= 0) return t("connecting");
  if (etaSeconds === null) return rateWords(bytesPerSecond);
  return t("{0} · {1} left", rateWords(bytesPerSecond), durationWords(Math.max(1, etaSeconds) * 1000));
}

export const isMoving = (state: DownloadState): boolean => state === "running" || state === "verifying";

/** One line over all that moves or failed, as `2 downloads · 43 % · 12 MB/s`; empty where nothing does. */
export function queueSummary(downloads: readonly Download[]): string {
  const moving = downloads.filter(({ state }) => isMoving(state));
  const waiting = downloads.filter(({ state }) => state === "queued").length;
  const failed = downloads.filter(({ state }) => state === "failed").length;
  const parts: string[] = [];
  if (moving.length > 0) {
    const total = sum(moving.map(({ bytesTotal }) => bytesTotal));
    const done = sum(moving.map(({ bytesDone }) => bytesDone));
    parts.push(moving.length === 1 ? t("1 download") : t("{0} downloads", moving.length));
    if (total > 0) parts.push(percentWords(done / total));
    const rate = sum(moving.map(({ bytesPerSecond }) => bytesPerSecond));
    if (rate > 0) parts.push(rateWords(rate));
  }
  if (waiting > 0) parts.push(t("{0} waiting", waiting));
  if (failed > 0) parts.push(t("{0} failed", failed));
  return parts.join(" · ");
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Whole percent, rounded down, so that 100 % means all of it. */
export const percentWords = (fraction: number): string =>
  `${Math.floor(Math.max(0, Math.min(1, fraction)) * 100 + 1e-9)} %`;
