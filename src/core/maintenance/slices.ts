import type { Breath } from "./breath.ts";

/** Work that others may interrupt wherever it yields, and that ends with T. Pure work stays pure. */
export type Slices<T> = Generator<void, T>;

/** All at once. */
export function finished<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** With breaths in between. */
export async function steadily<T>(work: Slices<T>, breath: Breath): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (breath.isDue()) await breath.take();
  }
}

/** So many cheap deeds between two yields. */
const AT_ONCE = 64;

/** The items, with a yield now and then: for loops whose turns are cheap. */
export function* each<T>(items: Iterable<T>, deed: (item: T) => void): Slices<void> {
  let count = 0;
  for (const item of items) {
    deed(item);
    count += 1;
    if (count % AT_ONCE === 0) yield;
  }
}
