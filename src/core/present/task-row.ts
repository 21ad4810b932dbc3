import { t } from "@vscode/l10n";
import type { FileVerdict, Task, TaskKind, TaskState, VerifyReport } from "../protocol/tasks.ts";
import { percentWords, stateWords } from "./queue-row.ts";
import { sizeWords } from "./units.ts";

export interface TaskRow {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
}

export const taskRow = (task: Task): TaskRow => ({
  label: task.title,
  description: [kindWords(task.kind), stateOf(task), progressWords(task), task.reason?.message ?? ""]
    .filter((part) => part !== "")
    .join(" · "),
  icon: icons[task.state],
});

const stateOf = ({ kind, state }: Task): string =>
  // "downloading" is said of downloads alone.
  state === "running" && kind !== "download" ? t("running") : stateWords(state);

function kindWords(kind: TaskKind): string {
  const words: Readonly<Record<TaskKind, string>> = {
    download: t("download"),
    scan: t("scan"),
    verify: t("verify"),
    metadata: t("metadata"),
    maintenance: t("maintenance"),
    benchmark: t("benchmark"),
    image: t("image"),
  };
  return words[kind];
}

const icons: Readonly<Record<TaskState, string>> = {
  queued: "clock",
  running: "sync",
  verifying: "sync",
  paused: "debug-pause",
  done: "check",
  failed: "error",
  cancelled: "circle-slash",
};

/** As `1.2 GB of 4.9 GB`; empty where nothing is known or all is done. */
export function progressWords({ state, progress }: Pick<Task, "state" | "progress">): string {
  if (state === "done") return "";
  const words = (count: number): string => (progress.unit === "bytes" ? sizeWords(count) : String(count));
  if (progress.total === null) return progress.done > 0 ? words(progress.done) : "";
  return t("{0} of {1}", words(progress.done), words(progress.total));
}

/** One line over the checks that run, as `Checking files · 43 %`; empty where none does. */
export function verifySummary(tasks: readonly Task[]): string {
  const running = tasks.filter(
    ({ kind, state }) => kind === "verify" && (state === "running" || state === "verifying"),
  );
  if (running.length === 0) return "";
  const done = running.reduce((sum, { progress }) => sum + progress.done, 0);
  const total = running.reduce((sum, { progress }) => sum + (progress.total ?? 0), 0);
  return [t("Verifying files"), total > 0 ? percentWords(done / total) : ""].filter((part) => part !== "").join(" · ");
}

/** How far scans are that run, as `12,000 files`; empty where none does, or none tells yet. */
export function scanWords(tasks: readonly Task[]): string {
  const running = tasks.filter(({ kind, state }) => kind === "scan" && state === "running");
  const words = running.map(({ progress: { done, total, unit } }) => {
    if (done === 0) return "";
    if (unit === "bytes") return total === null ? sizeWords(done) : t("{0} of {1}", sizeWords(done), sizeWords(total));
    const count = done.toLocaleString("en");
    const said = unit === "files" ? t("{0} files", count) : t("{0} entries", count);
    return total === null ? said : t("{0} of {1}", said, total.toLocaleString("en"));
  });
  return words.filter((word) => word !== "").join(" · ");
}

export const deedsOnTasks = ["pause", "resume", "cancel", "retry", "remove"] as const;
export type TaskDeed = (typeof deedsOnTasks)[number];

/** What may be done to a task in that state. */
export function taskDeeds({ kind, state }: Pick<Task, "kind" | "state">): readonly TaskDeed[] {
  // A plan is made in one go: given up or done; whoever wants it again asks again.
  const stands = kind !== "scan";
  switch (state) {
    case "queued":
    case "running":
    case "verifying":
      return stands ? ["pause", "cancel"] : ["cancel"];
    case "paused":
      return ["resume", "cancel"];
    case "failed":
    case "cancelled":
      return stands ? ["retry", "remove"] : ["remove"];
    case "done":
      return ["remove"];
  }
}

/** The report of a task, where it is one of a check. */
export function verifyReport({ kind, report }: Task): VerifyReport | undefined {
  return kind === "verify" && isReport(report) ? report : undefined;
}

const isReport = (value: unknown): value is VerifyReport =>
  typeof value === "object" && value !== null && "files" in value && Array.isArray(value.files) && "counts" in value;

/** Whether there is something that *Fix missing* could do. */
export const canFix = ({ counts }: VerifyReport): boolean => counts.missing + counts.changed > 0;

/** As `3 files checked: 1 missing, 2 ok`. */
export function reportWords({ counts }: VerifyReport): string {
  const total = countAll(counts);
  const parts = verdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${words(verdict)}`);
  const said = total === 1 ? t("1 file checked") : t("{0} files checked", total);
  return parts.length === 0 ? said : `${said}: ${parts.join(", ")}`;
}

/** Whether every file is as it must be. */
export const isSound = ({ counts }: VerifyReport): boolean => counts.ok === countAll(counts);

const countAll = (counts: VerifyReport["counts"]): number =>
  verdicts.reduce((total, verdict) => total + counts[verdict], 0);

/** Those that want attention first. */
const verdicts: readonly FileVerdict["verdict"][] = ["changed", "missing", "unreadable", "offline", "unknown", "ok"];

function words(verdict: FileVerdict["verdict"]): string {
  const all: Readonly<Record<FileVerdict["verdict"], string>> = {
    ok: t("ok"),
    missing: t("missing"),
    changed: t("changed"),
    unknown: t("unknown: there is no digest to compare with"),
    offline: t("offline: the drive is not there"),
    unreadable: t("unreadable"),
  };
  return all[verdict];
}

/** As many lines as a person may want to read. */
const LINES = 2000;

/** A check's report as plain text, what wants attention first. */
export function reportDocument(task: Task, report: VerifyReport): string {
  const sorted = report.files.toSorted((one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict));
  const left = countAll(report.counts) - Math.min(sorted.length, LINES);
  return [
    task.title,
    "",
    `${reportWords(report)} · ${sizeWords(report.bytes)}`,
    ...(canFix(report) ? [t("“Fix Missing…” makes a plan of what can be done about it.")] : []),
    "",
    ...sorted.slice(0, LINES).map(verdictLine),
    ...(left > 0 ? [t("… and {0} more", left)] : []),
    "",
  ].join("\n");
}

function verdictLine({ verdict, entry, path, expected, actual, drift }: FileVerdict): string {
  const mark = verdict === "ok" ? "+" : verdict === "changed" || verdict === "missing" ? "-" : "!";
  const said = drift === true ? t("not what the entry is locked to") : words(verdict);
  const digests =
    verdict === "changed" && expected !== undefined ? t("expected {0}, found {1}", expected, actual ?? t("none")) : "";
  return [`${mark} ${said}`, path, entry, digests].filter((part) => part !== "").join("  ");
}
