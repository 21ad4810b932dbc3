import type { Changes } from "../ports/database.ts";
import type { Entry } from "../protocol/models.ts";
import { text } from "./columns.ts";

/** Entries as they were shown last: what was shown once need neither be read nor made anew. */
export interface EntryMemory {
  get(name: string): Entry | undefined;
  keep(entries: readonly Entry[], age: number): void;
  /** Another one after each commit: what was read before it may be older than it. */
  age(): number;
  /** What a commit touched is not remembered any more. */
  changed(changes: Changes): void;
  /** Nothing is. */
  forget(): void;
}

/** A kilobyte or two each. */
const MOST = 4000;

export function createEntryMemory(): EntryMemory {
  const known = new Map<string, Entry>();
  let age = 0;
  const forget = (): void => {
    age += 1;
    known.clear();
  };
  return {
    get: (name) => known.get(name),
    keep: (entries, read) => {
      if (read !== age) return;
      for (const entry of entries) {
        // Those shown last are let go of last.
        known.delete(entry.name);
        known.set(entry.name, entry);
      }
      for (const name of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(name);
      }
    },
    age: () => age,
    changed: (changes) => {
      if (changes === "many") return forget();
      if (changes.length > 0) age += 1;
      for (const { table, before, after } of changes) {
        const name = table === "entries" ? "name" : table === "characteristics" ? "entry" : undefined;
        if (name !== undefined) for (const row of [before, after]) known.delete((row && text(row, name)) ?? "");
      }
    },
    forget,
  };
}
