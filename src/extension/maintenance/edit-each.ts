import { faultWords } from "../../core/present/fault-words.ts";
import type { EntryPatch } from "../../core/protocol/editing.ts";
import type { Entry } from "../../core/protocol/models.ts";
import { isFault, reasonOf } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";

/** What became of an edit of several entries. */
export interface EditOutcome {
  readonly changed: readonly string[];
  /** In words, by the name people see. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
}

/** Edits each by itself: what one refuses keeps the others from nothing. */
export async function editEach(
  ask: Ask,
  entries: readonly Pick<Entry, "name" | "displayName">[],
  patchOf: (entry: Pick<Entry, "name" | "displayName">) => EntryPatch,
  signal: AbortSignal,
): Promise<EditOutcome> {
  const changed: string[] = [];
  const failed: { name: string; reason: string }[] = [];
  for (const entry of entries) {
    signal.throwIfAborted();
    try {
      await ask("models.edit", { name: entry.name, patch: patchOf(entry) }, signal);
      changed.push(entry.displayName);
    } catch (error) {
      if (signal.aborted) throw error;
      failed.push({
        name: entry.displayName,
        reason: isFault(error) ? faultWords(error.fault).message : reasonOf(error),
      });
    }
  }
  return { changed, failed };
}

type Roles = Pick<Entry, "name" | "roles">;

export const holdersOf = (entries: readonly Roles[], role: string): number =>
  entries.filter(({ roles }) => roles.includes(role)).length;

/**
 * The roles one of several entries has after some were checked: a role that only some of them had and that is not
 * checked was not decided over, and stays with those that had it.
 * @param all in the order in which they are kept
 */
export function rolesAfter(
  entries: readonly Roles[],
  all: readonly string[],
  checked: ReadonlySet<string>,
  name: string,
): readonly string[] {
  const had = new Set(entries.find((entry) => entry.name === name)?.roles);
  return all.filter((role) => {
    if (checked.has(role)) return true;
    return had.has(role) && holdersOf(entries, role) < entries.length;
  });
}
