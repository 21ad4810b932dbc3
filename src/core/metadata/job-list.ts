import type { Trouble } from "../protocol/downloads.ts";
import type { Task } from "../protocol/tasks.ts";
import type { TaskSelection } from "../tasks/board.ts";
import { type Gate, createGate } from "../tasks/gate.ts";
import type { Place } from "../tasks/move.ts";
import { fault } from "../util/faults.ts";

/** A task in memory. */
export interface Own {
  readonly id: string;
  readonly title: string;
  readonly total: number;
  readonly addedAt: string;
  readonly gate: Gate;
  readonly start: (own: Own) => Promise<unknown>;
  priority: number;
  position: number;
  state: Exclude<Task["state"], "verifying">;
  done: number;
  /** Its work is under way, or stands still in the middle. */
  begun: boolean;
  stop: AbortController;
  finishedAt?: string | undefined;
  reason?: Trouble | undefined;
  report?: unknown;
}

export const isEnded = ({ state }: Own): boolean => state === "done" || state === "failed" || state === "cancelled";

/** Each may name every entry there is. */
const MOST_ENDED = 10;

/** All tasks of one kind that there are. */
export function createJobList(kind: Task["kind"]) {
  const jobs = new Map<string, Own>();
  let position = 0;
  const waiting = (): readonly Own[] =>
    [...jobs.values()]
      .filter((own) => !isEnded(own))
      .toSorted((a, b) => a.priority - b.priority || a.position - b.position);
  const ended = (): readonly Own[] =>
    [...jobs.values()].filter(isEnded).toSorted((a, b) => (b.finishedAt ?? "").localeCompare(a.finishedAt ?? ""));
  const find = (id: string): Own => {
    const own = jobs.get(id);
    if (!own) throw fault({ code: "notFound", what: "task", name: id });
    return own;
  };
  return {
    /** In the order they run. */
    waiting,
    list: () => [...waiting(), ...ended()].map((own) => shown(own, kind)),
    add: (id: string, title: string, total: number, addedAt: string, start: Own["start"]): Own => {
      position += 1;
      const [gate, stop] = [createGate(), new AbortController()];
      const own: Own = {
        id,
        title,
        total,
        addedAt,
        gate,
        start,
        priority: 0,
        position,
        state: "queued",
        done: 0,
        begun: false,
        stop,
      };
      jobs.set(id, own);
      return own;
    },
    /** Those of the selection that are in one of the states. Throws `notFound` for an id that is not there. */
    choose: (selection: TaskSelection, states: readonly Task["state"][]): readonly Own[] => {
      const isOurs = !("ids" in selection) && (selection.kind === undefined || selection.kind === kind);
      const named = "ids" in selection ? [...new Set(selection.ids)].map(find) : isOurs ? [...jobs.values()] : [];
      return named.filter((own) => states.includes(own.state));
    },
    place: (places: readonly Place[]): void => {
      for (const { id, ...where } of places) Object.assign(find(id), where);
    },
    remove: (own: Own): void => void jobs.delete(own.id),
    /** Drops what ended longest ago. */
    prune: (): void => {
      for (const old of ended().slice(MOST_ENDED)) jobs.delete(old.id);
    },
  };
}

const shown = (own: Own, kind: Task["kind"]): Task => ({
  id: own.id,
  kind,
  title: own.title,
  state: own.state,
  priority: own.priority,
  progress: { done: own.done, total: own.total, unit: "entries" },
  addedAt: own.addedAt,
  ...(own.finishedAt !== undefined && { finishedAt: own.finishedAt }),
  ...(own.reason && { reason: own.reason }),
  ...(own.report !== undefined && { report: own.report }),
});
