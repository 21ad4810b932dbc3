import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { toTrouble } from "../present/trouble.ts";
import type { Task } from "../protocol/tasks.ts";
import type { TaskSelection, TaskSource } from "../tasks/board.ts";
import { moved } from "../tasks/move.ts";
import { createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import { type Own, createJobList, isEnded } from "./job-list.ts";

/** Steps of work that a person sees as one task, one task at a time. */
export interface Jobs extends TaskSource {
  /**
   * Resolves with what the work gives, also where the task was cancelled at the board: the work sees that by its signal.
   * Rejects with the signal's reason where the caller gave it up.
   */
  run<T>(job: Job<T>, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

export interface Job<T> {
  readonly title: string;
  /** Entries. */
  readonly total: number;
  readonly work: (step: JobStep) => Promise<T>;
}

export interface JobStep {
  /** Aborted where the task is cancelled or its caller gives up. */
  readonly signal: AbortSignal;
  /** Between two entries: waits while the task is paused. Never rejects. @param done entries */
  reached(done: number): Promise<void>;
}

export function createJobs(kind: Task["kind"], clock: Pick<Clock, "wall">, random: Pick<Random, "id">): Jobs {
  const { add, choose, list, place, prune, remove, waiting } = createJobList(kind);
  const ends = new Set<Promise<unknown>>();
  const changed = createEmitter<void>();
  let closed = false;
  const time = (): string => new Date(clock.wall()).toISOString();

  function fill(): void {
    prune();
    const next = waiting().find((own) => own.state === "queued");
    if (!closed && next && !waiting().some((own) => own.state === "running")) void begin(next);
    changed.fire();
  }

  async function begin(own: Own): Promise<void> {
    own.state = "running";
    own.begun = true;
    const { stop } = own;
    const end = own.start(own);
    ends.add(end);
    const outcome = await end.then(
      (report): Partial<Own> => ({ state: "done", report }),
      (error: unknown): Partial<Own> => ({ state: "failed", reason: toTrouble(error) }),
    );
    ends.delete(end);
    // It may have been cancelled and begun anew.
    if (own.stop === stop) own.begun = false;
    if (own.stop === stop && !isEnded(own)) Object.assign(own, outcome, { finishedAt: time() });
    fill();
  }

  const deed =
    (states: readonly Task["state"][], act: (own: Own) => void) =>
    async (selection: TaskSelection): Promise<readonly string[]> => {
      const some = choose(selection, states);
      for (const own of some) act(own);
      fill();
      return some.map(({ id }) => id);
    };

  const cancel = (own: Own): void => {
    Object.assign(own, { state: "cancelled", finishedAt: time() });
    own.gate.open();
    own.stop.abort();
    // Whoever waits for one that never ran is told what is so: nothing was found.
    if (!own.begun) void own.start(own).catch(() => undefined);
  };

  async function run<T>({ title, total, work }: Job<T>, outer: AbortSignal): Promise<T> {
    outer.throwIfAborted();
    if (closed) throw fault({ code: "ownerGone", notStarted: true });
    const first = Promise.withResolvers<T>();
    const own = add(
      random.id(),
      title,
      total,
      time(),
      starter(work, first, () => changed.fire()),
    );
    const stop = (): void => {
      if (!isEnded(own)) cancel(own);
      first.reject(outer.reason);
      fill();
    };
    outer.addEventListener("abort", stop, { once: true });
    fill();
    try {
      return await first.promise;
    } finally {
      outer.removeEventListener("abort", stop);
    }
  }

  return {
    kinds: [kind],
    run,
    list,
    pause: deed(["queued", "running"], (own) => {
      own.state = "paused";
      own.gate.shut();
    }),
    resume: deed(["paused"], (own) => {
      own.state = own.begun ? "running" : "queued";
      own.gate.open();
    }),
    cancel: deed(["queued", "running", "paused"], cancel),
    retry: deed(["failed", "cancelled"], (own) => {
      Object.assign(own, { state: "queued", done: 0, stop: new AbortController(), finishedAt: undefined });
      own.reason = undefined;
    }),
    remove: deed(["done", "failed", "cancelled"], remove),
    move: async (id, to) => {
      const [own] = choose({ ids: [id] }, ["queued", "running", "paused"]);
      if (!own) throw fault({ code: "badArguments", verb: "tasks.move", path: "id", problem: "it has ended" });
      place(moved(waiting(), id, to));
      changed.fire();
    },
    onChange: changed.event,
    close: async () => {
      closed = true;
      for (const own of waiting()) cancel(own);
      await Promise.allSettled(ends);
      changed.dispose();
    },
  };
}

/** The work of a task; whoever asked for it hears how it ends the first time. */
const starter =
  <T>(work: Job<T>["work"], first: PromiseWithResolvers<T>, onReached: () => void): Own["start"] =>
  async (own) => {
    const { signal } = own.stop;
    const reached = async (done: number): Promise<void> => {
      own.done = done;
      onReached();
      await own.gate.passed(signal).catch(() => undefined);
    };
    try {
      const report = await work({ signal, reached });
      first.resolve(report);
      return report;
    } catch (error) {
      first.reject(error);
      throw error;
    }
  };
