import type { Download } from "../protocol/downloads.ts";
import type { Item } from "./item.ts";
import { showItem } from "./show-item.ts";

/**
 * Rows of downloads, made anew only where one of the things they are made of is another: whoever changes an item need not
 * say so, and an unchanged row is the same object.
 */
export function createShownItems(): (item: Item, now: number) => Download {
  const shown = new WeakMap<Item, { readonly facts: readonly unknown[]; readonly row: Download }>();
  return (item, now) => {
    const facts = factsOf(item, now);
    const had = shown.get(item);
    if (had && had.facts.length === facts.length && had.facts.every((fact, at) => fact === facts[at])) return had.row;
    const row = showItem(item, now);
    shown.set(item, { facts, row });
    return row;
  };
}

/** All that `showItem` looks at. */
function factsOf(item: Item, now: number): readonly unknown[] {
  const { plan, state, priority, reason, waits, finishedAt, entry, files, pace } = item;
  const facts: unknown[] = [plan, state, priority, reason, waits, finishedAt, entry];
  let missing = 0;
  for (const file of files) {
    const { planned, doneBytes, connections, finished, pausedBy, wasAt, provenShare } = file;
    facts.push(planned, file.state, doneBytes, connections, finished, pausedBy, wasAt, provenShare);
    missing += Math.max(0, planned.sizeBytes - doneBytes);
  }
  if (state === "running") facts.push(pace.rate(now), pace.eta(now, missing));
  return facts;
}
