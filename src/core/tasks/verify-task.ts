import type { Trouble } from "../protocol/downloads.ts";
import type { Task, VerifyReport } from "../protocol/tasks.ts";
import type { VerifyRun } from "./verify-run.ts";

/** A check in memory. */
export interface VerifyTask {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[] | undefined;
  readonly addedAt: string;
  /** Lower goes first; then the lower position. */
  priority: number;
  position: number;
  state: "queued" | "running" | "paused" | "done" | "failed" | "cancelled";
  /** While it is under way, paused in the middle too. */
  run: VerifyRun | undefined;
  stop: AbortController | undefined;
  /** How far it was without a run. */
  last: ReturnType<VerifyRun["progress"]>;
  finishedAt: string | undefined;
  reason: Trouble | undefined;
  report: VerifyReport | undefined;
}

export const isEnded = ({ state }: VerifyTask): boolean =>
  state === "done" || state === "failed" || state === "cancelled";

/** In the order they run; ended ones after them, newest first. */
export function inOrder(tasks: Iterable<VerifyTask>): readonly VerifyTask[] {
  const all = Array.from(tasks);
  const byTurn = (a: VerifyTask, b: VerifyTask): number => a.priority - b.priority || a.position - b.position;
  const byEnd = (a: VerifyTask, b: VerifyTask): number =>
    (b.finishedAt ?? "").localeCompare(a.finishedAt ?? "") || b.position - a.position;
  return [...all.filter((task) => !isEnded(task)).toSorted(byTurn), ...all.filter(isEnded).toSorted(byEnd)];
}

export const showTask = (task: VerifyTask): Task => ({
  id: task.id,
  kind: "verify",
  title: task.title,
  state: task.state,
  priority: task.priority,
  progress: { ...(task.run?.progress() ?? task.last), unit: "bytes" },
  addedAt: task.addedAt,
  ...(task.finishedAt !== undefined && { finishedAt: task.finishedAt }),
  ...(task.reason && { reason: task.reason }),
  ...(task.report && { report: task.report }),
});
