import * as vscode from "vscode";
import type { Entry } from "../../core/protocol/models.ts";
import { entriesOf } from "../chosen-entries.ts";
import type { MaintenanceCommandId } from "../contributions/maintenance-commands.ts";
import { editEach } from "./edit-each.ts";
import { askRoles, tellOutcome } from "./entry-commands.ts";
import type { Handlers, Workshop } from "./handlers.ts";

type EntryCommandId = Extract<
  MaintenanceCommandId,
  | "modelDeck.row.remove"
  | "modelDeck.row.verify"
  | "modelDeck.row.editRoles"
  | "modelDeck.row.lock"
  | "modelDeck.row.unlock"
  | "modelDeck.row.deprecate"
  | "modelDeck.row.undeprecate"
>;

/** Changes to entries, one or several, and what is set. */
export function entryHandlers({ ask, checks, flow, signal }: Workshop): Handlers<EntryCommandId> {
  const editRoles = async (entries: readonly Entry[]): Promise<void> => {
    const roles = entries.length > 0 ? await askRoles(entries) : undefined;
    if (!roles) return;
    const outcome = await editEach(ask, entries, (entry) => ({ roles: roles(entry) }), signal);
    tellOutcome(outcome, (what) => vscode.l10n.t("Roles changed: {0}", what));
  };
  const mark =
    (
      patch: { readonly locked?: boolean; readonly deprecated?: boolean },
      done: (what: string) => string,
    ): Handlers["modelDeck.row.lock"] =>
    async (args) => {
      const entries = entriesOf(args);
      if (entries.length > 0) tellOutcome(await editEach(ask, entries, () => patch, signal), done);
    };
  return {
    "modelDeck.row.remove": async (args) => {
      const names = entriesOf(args).map(({ name }) => name);
      if (names.length > 0) await flow("remove", { names });
    },
    "modelDeck.row.verify": async (args) => {
      const names = entriesOf(args).map(({ name }) => name);
      if (names.length > 0) await checks.start(names);
    },
    "modelDeck.row.editRoles": (args) => editRoles(entriesOf(args)),
    "modelDeck.row.lock": mark({ locked: true }, (what) => vscode.l10n.t("Locked: {0}", what)),
    "modelDeck.row.unlock": mark({ locked: false }, (what) => vscode.l10n.t("Unlocked: {0}", what)),
    "modelDeck.row.deprecate": mark({ deprecated: true }, (what) =>
      vscode.l10n.t("Deprecated, and listed by the filter “With deprecated” alone: {0}", what),
    ),
    "modelDeck.row.undeprecate": mark({ deprecated: false }, (what) =>
      vscode.l10n.t("No longer deprecated: {0}", what),
    ),
  };
}
