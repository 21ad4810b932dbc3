import type { TaskBoard } from "./board.ts";

/** Where something stands in a queue: lower priority first, then lower position. Positions are each one's own. */
export interface Place {
  readonly id: string;
  readonly priority: number;
  readonly position: number;
}

export type MoveTo = Parameters<TaskBoard["move"]>[1];

/**
 * The places that change. Whoever goes past another priority takes it over; within one, positions are dealt out anew.
 * @param queue what waits or runs, in its order
 */
export function moved(queue: readonly Place[], id: string, to: MoveTo): readonly Place[] {
  const from = queue.findIndex((one) => one.id === id);
  const mover = queue[from];
  if (!mover) return [];
  if (typeof to === "object" && "priority" in to)
    return to.priority === mover.priority ? [] : [{ id, priority: to.priority, position: mover.position }];
  const last = queue.length - 1;
  const at = typeof to === "object" ? placeBefore(queue, from, to.before) : placeFor(to, from, last);
  const passed = queue[at];
  if (!passed || at === from) return [];
  const order = queue.toSpliced(from, 1).toSpliced(at, 0, { id, priority: passed.priority, position: mover.position });
  const peers = order.filter(({ priority }) => priority === passed.priority);
  const positions = peers.map(({ position }) => position).toSorted((a, b) => a - b);
  const before = new Map(queue.map((one) => [one.id, one]));
  return peers
    .map(({ id, priority, position }, index) => ({ id, priority, position: positions[index] ?? position }))
    .filter((one) => {
      const was = before.get(one.id);
      return was?.priority !== one.priority || was.position !== one.position;
    });
}

const placeFor = (to: "top" | "up" | "down" | "bottom", from: number, last: number): number =>
  ({ top: 0, up: Math.max(0, from - 1), down: Math.min(last, from + 1), bottom: last })[to];

/** Once it has left its own place, those behind it move up. One that has gone meanwhile moves nothing. */
function placeBefore(queue: readonly Place[], from: number, before: string | null): number {
  if (before === null) return queue.length - 1;
  const at = queue.findIndex(({ id }) => id === before);
  return at < 0 ? from : at > from ? at - 1 : at;
}
