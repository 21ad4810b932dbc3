import { t } from "@vscode/l10n";
import type { Finding, HistoryRow, Plan, PlanStep, PlanTotals } from "../protocol/maintenance.ts";
import { sizeWords } from "./units.ts";

/** What an operation is called. */
export function operationWords(operation: HistoryRow["operation"]): string {
  const words: Readonly<Record<HistoryRow["operation"], string>> = {
    scan: t("Scan for Models"),
    importOllama: t("Import Ollama Models"),
    importLmStudio: t("Import LM Studio Models"),
    importHuggingFaceCache: t("Import the Hugging Face Cache"),
    importInvokeAI: t("Import InvokeAI Models"),
    importComfyUI: t("Import ComfyUI Models"),
    normalize: t("Normalize Models"),
    relink: t("Relink Moved Models"),
    shareFiles: t("Share Equal Files"),
    doctor: t("Doctor"),
    purgeDeprecated: t("Purge Deprecated Models"),
    purgeLogicalOnly: t("Purge Logical-Only Models"),
    purgeHuggingFace: t("Purge Models below the Weights Root"),
    resetDiscovered: t("Reset Discovered Models"),
    pruneDuplicates: t("Prune Duplicates"),
    restoreOllama: t("Restore Ollama Models"),
    backfillOllamaPaths: t("Backfill Ollama Paths"),
    remove: t("Remove Models"),
    tidyFolders: t("Tidy Empty Folders"),
    fixMissing: t("Fix Missing Files"),
    undo: t("Undo"),
    redo: t("Redo"),
    restoreBackup: t("Restore Backup"),
    edit: t("Edit"),
    promote: t("Promote"),
    import: t("Import"),
  };
  return words[operation];
}

/** What is done to the thing of a step. */
export function deedWords(deed: PlanStep["deed"]): string {
  const words: Readonly<Record<PlanStep["deed"], string>> = {
    addEntry: t("add entry"),
    changeEntry: t("change entry"),
    removeEntry: t("remove entry"),
    trash: t("move to trash"),
    delete: t("delete for good"),
    removeFolder: t("remove folder"),
    restore: t("bring back"),
    makeFolder: t("make folder"),
    makeLink: t("make link"),
    removeLink: t("remove link"),
  };
  return words[deed];
}

/** What was found, in a word or two. */
export function findingWords(kind: Finding["kind"]): string {
  const words: Readonly<Record<Finding["kind"], string>> = {
    unreadable: t("unreadable"),
    orphan: t("orphan"),
    stalePartial: t("old partial download"),
    danglingLink: t("dangling link"),
    incompleteSplit: t("incomplete split"),
    lonelyProjector: t("projector without model"),
    missing: t("missing"),
    moved: t("moved"),
    twin: t("twin"),
    drift: t("drift from its lock"),
    unsafe: t("unsafe format"),
    duplicateBytes: t("same bytes twice"),
    skipped: t("skipped"),
  };
  return words[kind];
}

const entries = (count: number): string => (count === 1 ? t("1 entry") : t("{0} entries", count));
const files = (count: number): string => (count === 1 ? t("1 file") : t("{0} files", count));

/** As `2 entries removed · 1 entry changed · 34 files`; a plan of folders alone counts its steps. */
export function totalsWords(totals: PlanTotals): string {
  const parts = [
    totals.added > 0 ? t("{0} added", entries(totals.added)) : "",
    totals.changed > 0 ? t("{0} changed", entries(totals.changed)) : "",
    totals.removed > 0 ? t("{0} removed", entries(totals.removed)) : "",
    totals.files > 0 ? files(totals.files) : "",
  ].filter((part) => part !== "");
  if (parts.length > 0) return parts.join(" · ");
  return totals.steps === 1 ? t("1 change") : t("{0} changes", totals.steps);
}

/** What becomes free, and when; empty where nothing does. */
export function spaceWords({ freedBytes, trashedBytes }: PlanTotals): string {
  return [
    freedBytes > 0 ? t("frees {0}", sizeWords(freedBytes)) : "",
    trashedBytes > 0 ? t("frees {0} when the trash is emptied", sizeWords(trashedBytes)) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** Words of the question before a plan that takes something away. */
export interface ConfirmWords {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/** As `Remove 12 entries and move 34 files (21 GB) to the trash?` */
export function confirmWords(plan: Plan): ConfirmWords {
  const { totals } = plan;
  const deeds = [
    totals.added > 0 ? t("add {0}", entries(totals.added)) : "",
    totals.changed > 0 ? t("change {0}", entries(totals.changed)) : "",
    totals.removed > 0 ? t("remove {0}", entries(totals.removed)) : "",
    totals.files > 0 ? fileDeed(totals) : "",
  ].filter((part) => part !== "");
  const [first = t("apply {0}", totalsWords(totals)), ...others] = deeds;
  const last = others.pop();
  const sentence = [first, ...others].join(", ");
  return {
    message: t("{0}?", capital(last === undefined ? sentence : t("{0} and {1}", sentence, last))),
    detail: plan.undoable ? t("It can be undone from the history.") : t("It cannot be undone."),
    button: plan.undoable ? t("Apply") : t("Apply for Good"),
  };
}

function fileDeed({ files: count, freedBytes, trashedBytes }: PlanTotals): string {
  const gone = sizeWords(freedBytes);
  if (freedBytes === 0) return t("move {0} ({1}) to the trash", files(count), sizeWords(trashedBytes));
  if (trashedBytes === 0) return t("delete {0} ({1}) for good", files(count), gone);
  return t("move {0} to the trash and delete {1} for good ({2})", sizeWords(trashedBytes), gone, files(count));
}

/** What was done, as one sentence. */
export function appliedWords(title: string, totals: PlanTotals): string {
  const said = [totalsWords(totals), spaceWords(totals)].filter((part) => part !== "").join(" · ");
  return t("{0}: {1}.", title, said);
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
