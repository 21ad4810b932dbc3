import * as vscode from "vscode";
import { faultWords } from "../../core/present/fault-words.ts";
import type { EntryPatch } from "../../core/protocol/editing.ts";
import type { Entry } from "../../core/protocol/models.ts";
import { isFault, reasonOf } from "../../core/util/faults.ts";
import type { Ask } from "../ask.ts";
import { roleNames } from "../settings.ts";

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

/** One message for all of them; those that failed are named with the reason. */
export function tellOutcome({ changed, failed }: EditOutcome, done: (count: number) => string): void {
  if (failed.length === 0) {
    vscode.window.setStatusBarMessage(`$(check) ${done(changed.length)}`, 5000);
    return;
  }
  const reasons = failed.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  void vscode.window.showWarningMessage(
    vscode.l10n.t("{0} Not changed: {1}", changed.length === 0 ? "" : `${done(changed.length)}.`, reasons).trim(),
  );
}

/** Asks which roles the entries have; each keeps what it had where some of them had it and it stays undecided. */
export async function askRoles(
  entries: readonly Entry[],
): Promise<((entry: Pick<Entry, "name">) => readonly string[]) | undefined> {
  const all = [...new Set([...roleNames(), ...entries.flatMap(({ roles }) => roles)])];
  const holders = (role: string): number => entries.filter(({ roles }) => roles.includes(role)).length;
  const items = all.map((role) => ({
    label: role,
    role,
    picked: holders(role) === entries.length,
    description: partly(holders(role), entries.length),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title:
      entries.length === 1
        ? vscode.l10n.t("Roles of {0}", entries[0]?.displayName ?? "")
        : vscode.l10n.t("Roles of {0} Models", entries.length),
    placeHolder: vscode.l10n.t("Check the roles they serve"),
    canPickMany: true,
  });
  if (!picked) return undefined;
  const wanted = new Set(picked.map(({ role }) => role));
  // A role that only some had and nobody checked was not decided over.
  const undecided = new Set(
    all.filter((role) => !wanted.has(role) && holders(role) > 0 && holders(role) < entries.length),
  );
  const had = new Map(entries.map((entry) => [entry.name, entry.roles]));
  return ({ name }) => all.filter((role) => wanted.has(role) || (undecided.has(role) && had.get(name)?.includes(role)));
}

const partly = (count: number, of: number): string =>
  count > 0 && count < of ? vscode.l10n.t("{0} of {1} have it", count, of) : "";
