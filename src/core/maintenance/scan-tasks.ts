import { createTicker } from "../downloads/ticker.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Task, TaskKind } from "../protocol/tasks.ts";
import type { TaskSelection, TaskSource } from "../tasks/board.ts";
import { createEmitter } from "../util/events.ts";

export type TellProgress = (progress: Task["progress"]) => void;

/** Plans that read stores or files, as tasks: seen while they are made, and given up with their task. */
export interface ScanTasks extends TaskSource {
  /** Rejects as the work does, and with the reason of the signal or of a cancel. */
  run<T>(
    title: string,
    work: (tell: TellProgress, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onStarted?: (id: string) => void,
  ): Promise<T>;
  dispose(): void;
}

/** So many that have ended stay in the list. */
const KEPT = 20;

interface Scan {
  task: Task;
  readonly stop: AbortController;
}

/** @param kind what each of them is to a person */
export function createScanTasks(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  kind: TaskKind = "scan",
): ScanTasks {
  const scans = new Map<string, Scan>();
  const changed = createEmitter<void>();
  const ticker = createTicker(clock);
  ticker.event(() => changed.fire());
  const isRunning = ({ task }: Scan): boolean => task.state === "running";
  const time = (): string => new Date(clock.wall()).toISOString();

  function end(scan: Scan, outcome: Pick<Task, "state" | "reason">): void {
    if (!isRunning(scan)) return;
    scan.task = { ...scan.task, ...outcome, finishedAt: time() };
    const ended = [...scans].filter(([, one]) => !isRunning(one)).map(([id]) => id);
    for (const id of ended.slice(0, Math.max(0, ended.length - KEPT))) scans.delete(id);
    changed.fire();
  }

  const chosen = (selection: TaskSelection): readonly Scan[] =>
    [...scans.values()].filter(({ task }) =>
      "ids" in selection
        ? selection.ids.includes(task.id)
        : selection.kind === undefined || selection.kind === task.kind,
    );
  const deed =
    (fits: (scan: Scan) => boolean, act: (scan: Scan) => void) =>
    async (selection: TaskSelection): Promise<readonly string[]> => {
      const some = chosen(selection).filter(fits);
      for (const scan of some) act(scan);
      if (some.length > 0) changed.fire();
      return some.map(({ task }) => task.id);
    };
  const none = async (): Promise<readonly string[]> => [];

  return {
    kinds: [kind],
    list: () => [...scans.values()].map(({ task }) => task),
    run: async (title, work, signal, onStarted) => {
      signal.throwIfAborted();
      const id = random.id();
      const scan: Scan = { task: startedTask(id, kind, title, time()), stop: new AbortController() };
      scans.set(id, scan);
      changed.fire();
      onStarted?.(id);
      const both = AbortSignal.any([signal, scan.stop.signal]);
      const tell: TellProgress = (progress) => {
        if (!isRunning(scan)) return;
        scan.task = { ...scan.task, progress };
        ticker.tick();
      };
      try {
        const result = await work(tell, both);
        both.throwIfAborted();
        end(scan, { state: "done" });
        return result;
      } catch (error) {
        end(scan, both.aborted ? { state: "cancelled" } : { state: "failed", reason: toTrouble(error) });
        throw error;
      }
    },
    // A plan is made in one go: it can be given up, and asked for again.
    pause: none,
    resume: none,
    retry: none,
    cancel: deed(isRunning, (scan) => {
      scan.stop.abort();
      end(scan, { state: "cancelled" });
    }),
    remove: deed(
      (scan) => !isRunning(scan),
      ({ task }) => scans.delete(task.id),
    ),
    move: async () => {},
    onChange: changed.event,
    dispose: () => {
      for (const { stop } of scans.values()) stop.abort();
      ticker.dispose();
      changed.dispose();
    },
  };
}

const startedTask = (id: string, kind: TaskKind, title: string, addedAt: string): Task => ({
  id,
  kind,
  title,
  state: "running",
  priority: 0,
  progress: { done: 0, total: null, unit: "files" },
  addedAt,
});
