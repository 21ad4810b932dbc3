import type { Change } from "../../ports/database.ts";
import type { MovedNames } from "../../registry/moved-names.ts";
import { linePieces } from "./journal-line.ts";
import type { Group, Outcome } from "./store.ts";
import type { Tables } from "./tables.ts";

/**
 * Applies edits as a transaction of their own inside the one around it.
 * @param next the number of the commit, if it changes anything  @param lines where its line goes, in pieces
 * @param moved told of what was changed, even where that is taken back
 */
export function applyGroup(
  tables: Tables,
  { edits, many }: Group,
  next: number,
  lines: string[],
  moved: MovedNames,
): Outcome {
  const before = lines.length;
  const changes: Change[] = [];
  let changed = false;
  const noted = function* (): Generator<Change, void> {
    for (const change of tables.edit(edits)) {
      changed = true;
      moved.note(change);
      if (!many) changes.push(change);
      yield change;
    }
  };
  try {
    tables.transaction(() => {
      for (const piece of linePieces({ schema: tables.schema(), sequence: next }, noted())) lines.push(piece);
    });
    if (changed) return { kind: "done", commit: { sequence: next, changes: many ? "many" : changes } };
    lines.length = before;
    return { kind: "done", commit: { sequence: next - 1, changes } };
  } catch (error) {
    lines.length = before;
    return { kind: "refused", error };
  }
}
