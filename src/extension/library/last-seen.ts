import type { Memento } from "vscode";
import type { Grouping, ModelFilter } from "../../core/present/model-filter.ts";
import type { EntryGroups } from "../../core/protocol/models.ts";
import type { Read } from "./model-groups.ts";

type Group = EntryGroups["groups"][number];

/** Which groups: of what folder's registry, told apart by what, let through by what. */
export interface Seen {
  readonly storage: string;
  readonly by: Grouping;
  readonly filter: ModelFilter;
}

/** The groups as they were drawn last, to be drawn at once while the registry is being opened. */
export interface LastSeen {
  /** undefined where what was drawn last is of another kind. */
  groups(of: Seen): Read<Group> | undefined;
  keep(of: Seen, groups: Read<Group>): void;
}

const KEY = "modelDeck.models.seen";
/** More is no first look, and it is read with the window. */
const MOST = 200;

export function createLastSeen(memory: Pick<Memento, "get" | "update">): LastSeen {
  return {
    groups: (of) => {
      const kept = memory.get<unknown>(KEY);
      if (typeof kept !== "object" || kept === null) return undefined;
      if (!("of" in kept) || kept.of !== wordOf(of)) return undefined;
      if (!("rows" in kept) || !Array.isArray(kept.rows) || !kept.rows.every(isGroup)) return undefined;
      return "left" in kept && typeof kept.left === "number" ? { rows: kept.rows, left: kept.left } : undefined;
    },
    keep: (of, { rows, left }) => {
      const next = {
        of: wordOf(of),
        rows: rows.slice(0, MOST).map(({ name, count, bytes }) => ({ name, count, bytes })),
        left: left + Math.max(0, rows.length - MOST),
      };
      if (JSON.stringify(memory.get<unknown>(KEY)) !== JSON.stringify(next)) void memory.update(KEY, next);
    },
  };
}

const wordOf = ({ storage, by, filter }: Seen): string => {
  const parts = Object.entries(filter).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([storage, by, parts]);
};

const isGroup = (value: unknown): value is Group =>
  typeof value === "object" &&
  value !== null &&
  "name" in value &&
  typeof value.name === "string" &&
  "count" in value &&
  typeof value.count === "number" &&
  "bytes" in value &&
  typeof value.bytes === "number";
