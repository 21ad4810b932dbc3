import { t } from "@vscode/l10n";
import { fault } from "../util/faults.ts";
import type { TaskSelection } from "./board.ts";
import { type MoveTo, moved } from "./move.ts";
import { type VerifyTask, inOrder, isEnded } from "./verify-task.ts";

/** All checks there are. */
export interface VerifyBook {
  inOrder(): readonly VerifyTask[];
  add(id: string, names: readonly string[] | undefined, addedAt: string): void;
  /** Those of the selection that are in one of the states. Throws `notFound` for an id that is not there. */
  choose(selection: TaskSelection, ...states: readonly VerifyTask["state"][]): readonly VerifyTask[];
  /** Throws `badArguments` for one that has ended. */
  move(id: string, to: MoveTo): void;
  readonly remove: (task: VerifyTask) => void;
  /** Drops what ended longest ago. */
  prune(): void;
}

/** Each report may name every file there is. */
const MOST_ENDED = 10;

export function createVerifyBook(): VerifyBook {
  const tasks = new Map<string, VerifyTask>();
  const all = (): readonly VerifyTask[] => inOrder(tasks.values());

  function choose(selection: TaskSelection, ...states: readonly VerifyTask["state"][]): readonly VerifyTask[] {
    if ("ids" in selection) {
      const named = Array.from(new Set(selection.ids), (id) => {
        const task = tasks.get(id);
        if (!task) throw fault({ code: "notFound", what: "task", name: id });
        return task;
      });
      return named.filter((task) => states.includes(task.state));
    }
    const concerned = selection.kind === undefined || selection.kind === "verify";
    return concerned ? all().filter((task) => states.includes(task.state)) : [];
  }

  return {
    inOrder: all,
    add: (id, names, addedAt) => {
      const position = Math.max(0, ...Array.from(tasks.values(), (task) => task.position)) + 1;
      tasks.set(id, {
        id,
        names,
        title: titleOf(names),
        addedAt,
        priority: 0,
        position,
        state: "queued",
        last: { done: 0, total: null },
        run: undefined,
        stop: undefined,
        finishedAt: undefined,
        reason: undefined,
        report: undefined,
      });
    },
    choose,
    move: (id, to) => {
      const [task] = choose({ ids: [id] }, "queued", "running", "paused");
      if (!task) throw fault({ code: "badArguments", verb: "tasks.move", path: "id", problem: "it has ended" });
      const queue = all().filter((one) => !isEnded(one));
      const places = new Map(moved(queue, id, to).map((place) => [place.id, place]));
      for (const one of queue) Object.assign(one, places.get(one.id));
    },
    remove: (task) => void tasks.delete(task.id),
    prune: () => {
      for (const old of all().filter(isEnded).slice(MOST_ENDED)) tasks.delete(old.id);
    },
  };
}

function titleOf(names: readonly string[] | undefined): string {
  if (!names) return t("Verify all models");
  const [only, ...more] = names;
  return only !== undefined && more.length === 0 ? t("Verify {0}", only) : t("Verify {0} models", names.length);
}
