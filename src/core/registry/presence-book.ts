import type { Change, Row } from "../ports/database.ts";
import { text } from "./columns.ts";
import { stateOrPath } from "./presence.ts";

/** An entry the disk has a say in. A commit makes another one of it, so that a look from before it is known to be late. */
export interface Item {
  readonly path: string;
  /** undefined while it is not known. */
  readonly there: boolean | undefined;
}

/** What is remembered of the disk, by the key of the entry's row. */
export interface PresenceBook {
  readonly items: ReadonlyMap<string, Item>;
  readonly unknown: ReadonlyMap<string, Item>;
  /** Counts what was changed of all this. */
  readonly edition: number;
  expect(key: string, path: string): void;
  /** True where something else was remembered of this item. */
  learn(key: string, item: Item, there: boolean): boolean;
  /** What these commits are about is unknown from here on. */
  changed(changes: readonly Change[]): void;
  clear(): void;
}

export function createPresenceBook(): PresenceBook {
  const items = new Map<string, { readonly path: string; there: boolean | undefined }>();
  const unknown = new Map<string, Item>();
  let edition = 0;

  const expect = (key: string, path: string): void => {
    const item = { path, there: undefined };
    items.set(key, item);
    unknown.set(key, item);
    edition += 1;
  };
  const entryChanged = (key: string, after: Row | null): void => {
    const told = after ? stateOrPath(after) : undefined;
    if (told && "path" in told) return expect(key, told.path);
    items.delete(key);
    unknown.delete(key);
    edition += 1;
  };
  return {
    items,
    unknown,
    get edition() {
      return edition;
    },
    expect,
    learn: (key, item, there) => {
      const known = items.get(key);
      if (!known || known !== item || known.there === there) return false;
      const news = known.there !== undefined;
      known.there = there;
      unknown.delete(key);
      edition += 1;
      return news;
    },
    changed: (changes) => {
      for (const { table, key, before, after } of changes) {
        if (table === "entries") entryChanged(key, after);
        if (table !== "files") continue;
        for (const one of new Set([...keysOf(before), ...keysOf(after)])) {
          const item = items.get(one);
          if (item) expect(one, item.path);
        }
      }
    },
    clear: () => {
      items.clear();
      unknown.clear();
      edition += 1;
    },
  };
}

function keysOf(file: Row | null): readonly string[] {
  const entry = file ? text(file, "entry") : undefined;
  return entry === undefined ? [] : [`discovered:${entry}`, `curated:${entry}`];
}
