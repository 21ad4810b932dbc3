import type { Task, TaskKind, TaskState } from "../protocol/tasks.ts";
import type { Event } from "../util/events.ts";

export type TaskSelection = { readonly ids: readonly string[] } | { readonly all: true; readonly kind?: TaskKind };

/**
 * All background work in one list with one life, downloads among them. A source (the download queue, the verifier)
 * keeps its own tasks; the board asks and steers it.
 */
export interface TaskBoard {
  list(filter: { readonly kind?: TaskKind | undefined; readonly state?: TaskState | undefined }): readonly Task[];
  /** Ids whose state does not allow the deed are left out of the answer; an id nobody knows is a `notFound`. */
  pause(selection: TaskSelection): Promise<readonly string[]>;
  resume(selection: TaskSelection): Promise<readonly string[]>;
  cancel(selection: TaskSelection): Promise<readonly string[]>;
  retry(selection: TaskSelection): Promise<readonly string[]>;
  /** Ended ones leave the list. */
  remove(selection: TaskSelection): Promise<readonly string[]>;
  /** `before`: in front of that one; null: behind all. */
  move(
    id: string,
    to: "top" | "up" | "down" | "bottom" | { readonly priority: number } | { readonly before: string | null },
  ): Promise<void>;
  /** @param kind absent: of all kinds */
  clear(state: "done" | "failed" | "cancelled" | "all", kind?: TaskKind): Promise<number>;
  readonly onChange: Event<void>;
}

/** Whoever has tasks. */
export interface TaskSource extends Omit<TaskBoard, "list" | "clear"> {
  readonly kinds: readonly TaskKind[];
  list(): readonly Task[];
}
