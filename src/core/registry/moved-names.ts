import type { Change } from "../ports/database.ts";

/** Names of entries that may say or stand otherwise than they did, or are gone. */
export interface MovedNames {
  note(change: Change): void;
  /** undefined where they were too many to be read one by one. */
  names(): ReadonlySet<string> | undefined;
}

/** With more of them, all entries are read anew. */
export const MOST_MOVED = 300;

export function createMovedNames(): MovedNames {
  let moved: Set<string> | undefined = new Set();
  return {
    note: (change) => {
      if (!moved) return;
      for (const name of namesIn(change)) moved.add(name);
      if (moved.size > MOST_MOVED) moved = undefined;
    },
    names: () => moved,
  };
}

/** Of entries a commit says something of. */
export function namesIn({ table, before, after }: Change): readonly string[] {
  const column = table === "entries" ? "name" : table === "characteristics" ? "entry" : undefined;
  if (column === undefined) return [];
  return [before, after].flatMap((row) => (row ? [String(row[column])] : []));
}
