import { t } from "@vscode/l10n";
import type { Download, DownloadState } from "../protocol/downloads.ts";
import { briefWords } from "./brief-trouble.ts";
import { fractionOf, percentWords, queueRow } from "./queue-row.ts";

/** A model on its way, as a row among the models. */
export interface ArrivingRow {
  /** How far it is, name and variant: a side bar may be too narrow for more. */
  readonly label: string;
  /** As `12 MB/s · 3 min left`. */
  readonly description: string;
  /** Plain text. */
  readonly tooltip: string;
  /** A codicon. */
  readonly icon: string;
  readonly failed: boolean;
  /** For the menus: what it is, and what can be done to it. */
  readonly context: string;
}

const ON_ITS_WAY: ReadonlySet<DownloadState> = new Set(["queued", "running", "verifying", "paused", "failed"]);

/** Whatever is not here yet and may still come: what failed can be taken up again. */
export const isOnItsWay = ({ state }: Pick<Download, "state">): boolean => ON_ITS_WAY.has(state);

export function arrivingRow(download: Download): ArrivingRow {
  const { state, provider, variant } = download;
  const row = queueRow(download);
  // Whose it is says the tooltip; a side bar is narrow.
  const name = provider === "huggingface" ? row.model.slice(row.model.lastIndexOf("/") + 1) : row.model;
  return {
    label: [shareOf(download), name, variant].filter((part) => part !== "").join(" "),
    description: descriptionOf(download, row.pace),
    tooltip: [`${row.model} ${variant}`, `${row.stateWords} · ${row.amount}`, row.reason, row.place]
      .filter((line) => line !== "")
      .join("\n"),
    icon: icons[state],
    failed: state === "failed",
    context: ["download", state, ...row.deeds].join(" "),
  };
}

const icons: Readonly<Record<DownloadState, string>> = {
  queued: "clock",
  running: "cloud-download",
  verifying: "shield",
  paused: "debug-pause",
  failed: "error",
  done: "check",
  cancelled: "circle-slash",
};

/** Empty where it says nothing: unknown, or nothing is here yet that waits, or all of it is here. */
function shareOf(download: Download): string {
  const { state, bytesDone } = download;
  const fraction = fractionOf(download);
  if (fraction === null || state === "failed" || state === "cancelled" || state === "done") return "";
  if ((state === "queued" && bytesDone === 0) || (state === "verifying" && fraction === 1)) return "";
  return percentWords(fraction);
}

function descriptionOf({ state, reason }: Download, pace: string): string {
  switch (state) {
    case "failed":
      return t("failed: {0}", (reason && briefWords(reason)) ?? reason?.message ?? t("nobody knows why"));
    case "running":
      return pace;
    case "queued":
      return reason ? `${t("waiting")} · ${reason.message}` : t("waiting");
    case "paused":
      return t("paused");
    case "verifying":
      return t("verifying");
    case "done":
      return t("done");
    case "cancelled":
      return t("cancelled");
  }
}
