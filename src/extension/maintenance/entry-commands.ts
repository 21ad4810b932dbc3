import * as vscode from "vscode";
import type { Entry } from "../../core/protocol/models.ts";
import { roleNames } from "../settings.ts";
import { type EditOutcome, holdersOf, rolesAfter } from "./edit-each.ts";

/** One message for all of them; those that failed are named with the reason. */
export function tellOutcome({ changed, failed }: EditOutcome, done: (what: string) => string): void {
  const [only = ""] = changed;
  const words = done(changed.length === 1 ? only : vscode.l10n.t("{0} models", changed.length));
  if (failed.length === 0) {
    vscode.window.setStatusBarMessage(`$(check) ${words}`, 5000);
    return;
  }
  const reasons = failed.map(({ name, reason }) => `${name}: ${reason}`).join(" ");
  void vscode.window.showWarningMessage(
    vscode.l10n.t("{0} Not changed: {1}", changed.length === 0 ? "" : `${words}.`, reasons).trim(),
  );
}

/** Asks which roles the entries have; where some have one and others not, it stays so unless it is checked. */
export async function askRoles(
  entries: readonly Entry[],
): Promise<((entry: Pick<Entry, "name">) => readonly string[]) | undefined> {
  const all = [...new Set([...roleNames(), ...entries.flatMap(({ roles }) => roles)])];
  const items = all.map((role) => {
    const holders = holdersOf(entries, role);
    const some = holders > 0 && holders < entries.length;
    return {
      label: role,
      role,
      picked: holders === entries.length,
      description: some ? vscode.l10n.t("{0} of {1} have it", holders, entries.length) : "",
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title:
      entries.length === 1
        ? vscode.l10n.t("Roles of {0}", entries[0]?.displayName ?? "")
        : vscode.l10n.t("Roles of {0} Models", entries.length),
    placeHolder: vscode.l10n.t("Check the roles they serve"),
    canPickMany: true,
  });
  if (!picked) return undefined;
  const checked = new Set(picked.map(({ role }) => role));
  return ({ name }) => rolesAfter(entries, all, checked, name);
}
