import { t } from "@vscode/l10n";
import type { BackupRow, HistoryRow, TrashRow } from "../protocol/maintenance.ts";
import { code, plain, table } from "./markdown.ts";
import { operationWords, spaceWords, totalsWords } from "./plan-words.ts";
import { timeWords } from "./time.ts";
import { sizeWords } from "./units.ts";

/** A row of the views *History* and *Backups*. */
export interface PastRow {
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** Name of a codicon. */
  readonly icon: string;
}

export function historyRow(row: HistoryRow): PastRow {
  const space = spaceWords(row.totals);
  return {
    label: row.title,
    description: [
      timeWords(row.at),
      totalsWords(row.totals),
      row.state === "undone" ? t("undone") : "",
      row.blocked === undefined ? "" : blockedWords(row),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    tooltip: [
      `**${plain(row.title)}**`,
      [...(saysOperation(row) ? [] : [plain(operationWords(row.operation))]), timeWords(row.at)].join(" · "),
      plain([totalsWords(row.totals), space].filter((part) => part !== "").join(" · ")),
      ...(row.state === "undone" ? [t("It was undone.")] : []),
      ...(row.blocked === undefined ? [] : [`${blockedWords(row)}: ${plain(row.blocked)}`]),
    ].join("\n\n"),
    icon: row.state === "undone" ? "discard" : icons[row.operation],
  };
}

/** As most titles begin with it. */
const saysOperation = ({ title, operation }: HistoryRow): boolean =>
  title.toLocaleLowerCase().startsWith(operationWords(operation).toLocaleLowerCase());

const blockedWords = ({ state }: HistoryRow): string =>
  state === "undone" ? t("cannot be redone") : t("cannot be undone");

const icons: Readonly<Record<HistoryRow["operation"], string>> = {
  scan: "search",
  importOllama: "cloud-download",
  importLmStudio: "cloud-download",
  importHuggingFaceCache: "cloud-download",
  importInvokeAI: "cloud-download",
  importComfyUI: "cloud-download",
  normalize: "wand",
  relink: "link",
  shareFiles: "link",
  doctor: "pulse",
  purgeDeprecated: "trash",
  purgeLogicalOnly: "trash",
  purgeHuggingFace: "trash",
  resetDiscovered: "trash",
  remove: "trash",
  pruneDuplicates: "git-merge",
  restoreOllama: "history",
  restoreBackup: "history",
  backfillOllamaPaths: "wand",
  fixMissing: "wand",
  tidyFolders: "folder",
  undo: "discard",
  redo: "redo",
  edit: "edit",
  promote: "arrow-up",
  import: "cloud-download",
};

export function backupRow(row: BackupRow): PastRow {
  const count = row.entries === 1 ? t("1 entry") : t("{0} entries", row.entries);
  const why = row.before === undefined ? t("made by hand") : t("before {0}", row.before);
  return {
    label: timeWords(row.at),
    description: [why, count, sizeWords(row.sizeBytes), row.blocked === undefined ? "" : t("cannot be restored")]
      .filter((part) => part !== "")
      .join(" · "),
    tooltip: [
      `**${timeWords(row.at)}**`,
      plain([why, count, sizeWords(row.sizeBytes)].join(" · ")),
      ...(row.blocked === undefined ? [] : [plain(t("It cannot be restored: {0}", row.blocked))]),
    ].join("\n\n"),
    icon: row.blocked === undefined ? "archive" : "warning",
  };
}

export const trashRow = (row: TrashRow): PastRow => ({
  label: row.path.slice(Math.max(row.path.lastIndexOf("/"), row.path.lastIndexOf("\\")) + 1),
  description: `${sizeWords(row.bytes)} · ${timeWords(row.at)}`,
  tooltip: [code(row.path), plain(`${sizeWords(row.bytes)} · ${timeWords(row.at)}`)].join("\n\n"),
  icon: "file",
});

export const trashWords = (rows: readonly TrashRow[]): string =>
  `${rows.length} · ${sizeWords(rows.reduce((total, { bytes }) => total + bytes, 0))}`;

/** How many changes an entry's page tells of. */
const RECENT = 10;

/** The last changes of one entry, as a table; empty where there are none. */
export const recentChanges = (rows: readonly HistoryRow[]): string =>
  table(
    [t("When"), t("What"), t("State")],
    rows
      .slice(0, RECENT)
      .map((row) => [timeWords(row.at), plain(row.title), row.state === "undone" ? t("undone") : t("done")]),
  );
