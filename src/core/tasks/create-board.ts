import type { Task, TaskState } from "../protocol/tasks.ts";
import { createEmitter } from "../util/events.ts";
import { fault } from "../util/faults.ts";
import type { TaskBoard, TaskSelection, TaskSource } from "./board.ts";

const ENDED: readonly TaskState[] = ["done", "failed", "cancelled"];

type Deed = "pause" | "resume" | "cancel" | "retry" | "remove";

/** One list over all sources: what waits or runs by priority, each source in its own order; then what ended, newest first. */
export function createTaskBoard(sources: readonly TaskSource[]): TaskBoard {
  const changed = createEmitter<void>();
  for (const source of sources) source.onChange(() => changed.fire());

  const all = (): readonly Task[] => inOrder(sources.flatMap((source) => source.list()));

  function sourcesById(): (id: string) => TaskSource {
    const known = new Map(sources.flatMap((source) => source.list().map((task) => [task.id, source])));
    return (id) => {
      const source = known.get(id);
      if (!source) throw fault({ code: "notFound", what: "task", name: id });
      return source;
    };
  }

  const deed =
    (name: Deed) =>
    async (selection: TaskSelection): Promise<readonly string[]> => {
      // All ids are known before anything is done.
      const parts = "ids" in selection ? Map.groupBy(new Set(selection.ids), sourcesById()) : undefined;
      const answers = parts
        ? Array.from(parts, ([source, ids]) => source[name]({ ids }))
        : sources.filter((source) => concerns(source, selection)).map((source) => source[name](selection));
      return (await Promise.all(answers)).flat();
    };
  const remove = deed("remove");

  return {
    list: ({ kind, state }) =>
      all().filter(
        (task) => (kind === undefined || task.kind === kind) && (state === undefined || task.state === state),
      ),
    pause: deed("pause"),
    resume: deed("resume"),
    cancel: deed("cancel"),
    retry: deed("retry"),
    remove,
    move: async (id, to) => sourcesById()(id).move(id, to),
    clear: async (state, kind) => {
      const states = state === "all" ? ENDED : [state];
      const ids = all()
        .filter((task) => states.includes(task.state) && (kind === undefined || task.kind === kind))
        .map((task) => task.id);
      return (await remove({ ids })).length;
    },
    onChange: changed.event,
  };
}

const concerns = (source: TaskSource, selection: TaskSelection): boolean =>
  "ids" in selection || selection.kind === undefined || source.kinds.includes(selection.kind);

/** Sorting is stable: within a priority each source keeps its order. */
function inOrder(tasks: readonly Task[]): readonly Task[] {
  const isEnded = (task: Task): boolean => ENDED.includes(task.state);
  const waiting = tasks.filter((task) => !isEnded(task)).toSorted((a, b) => a.priority - b.priority);
  const ended = tasks.filter(isEnded).toSorted((a, b) => endOf(b).localeCompare(endOf(a)));
  return [...waiting, ...ended];
}

const endOf = (task: Task): string => task.finishedAt ?? task.addedAt;
