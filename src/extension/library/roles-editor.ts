import * as vscode from "vscode";
import { prioritiesAfterMove, ranked, rolesPage, rolesPageWords } from "../../core/present/role-ranking.ts";
import type { RolesPage, ToLibraryHost, ToLibraryPage } from "../../core/protocol/library-page.ts";
import type { Entry } from "../../core/protocol/models.ts";
import type { EntryPatch } from "../../core/protocol/editing.ts";
import type { Ask } from "../ask.ts";
import { roleNames } from "../settings.ts";
import { askModel } from "./exchange.ts";
import type { Desk } from "./handlers.ts";
import { type OnePage, createOnePage } from "./one-page.ts";

export interface RolesEditor extends OnePage {
  /** Brings it to the front, with this role where one is given. */
  readonly showRole: (role?: string) => void;
}

/** A role and its candidates in order; a move writes the priorities it needs. */
export function createRolesEditor(desk: Desk): RolesEditor {
  const { ask, signal } = desk;
  let role: string | undefined;
  let said = "";
  /** One deed after the other: each begins from what the one before left. */
  let working: Promise<void> = Promise.resolve();

  const read = async (): Promise<ToLibraryPage> => {
    const { groups } = await ask("models.groups", { by: "role", ...all }, signal);
    const held = new Map(groups.map(({ name, count }) => [name, count]));
    const names = [...new Set([...roleNames(), ...held.keys()])].filter((name) => name !== "");
    role ??= names.find((name) => held.has(name)) ?? names[0];
    if (role === undefined) return { kind: "notice", text: vscode.l10n.t("There is no role.") };
    const order = await candidates(ask, role, signal);
    const state: RolesPage = rolesPage(
      names.map((name) => [name, held.get(name) ?? 0]),
      role,
      order,
      said,
    );
    return { kind: "roles", words: rolesPageWords(), state };
  };
  const deed = async (chosen: string, message: ToLibraryHost): Promise<void> => {
    if (message.kind === "move") {
      const order = await candidates(ask, chosen, signal);
      const priorities = prioritiesAfterMove(order, chosen, message.name, message.to);
      for (const [name, priority] of priorities)
        await change(
          ask,
          name,
          ({ rolePriority }) => ({ rolePriority: { ...rolePriority, [chosen]: priority } }),
          signal,
        );
      const title = order.find(({ name }) => name === message.name)?.displayName ?? message.name;
      said = vscode.l10n.t("{0} is number {1} now.", title, message.to + 1);
    } else if (message.kind === "leave") {
      await change(ask, message.name, ({ roles }) => ({ roles: roles.filter((one) => one !== chosen) }), signal);
    } else if (message.kind === "join") {
      const question = {
        title: vscode.l10n.t("Role {0}", chosen),
        none: vscode.l10n.t("Every model has this role."),
        fits: ({ roles }: Entry) => !roles.includes(chosen),
      };
      const entry = await askModel(ask, [], question, signal);
      if (entry) await change(ask, entry.name, ({ roles }) => ({ roles: [...roles, chosen] }), signal);
    }
  };
  const page = createOnePage(desk, {
    title: vscode.l10n.t("Roles"),
    read,
    kinds: ["models"],
    intent: async (message) => {
      if (message.kind === "role") {
        ({ role } = message);
        said = "";
        return page.changed();
      }
      const chosen = role;
      if (chosen === undefined) return;
      const done = working.then(() => deed(chosen, message));
      working = done.catch(() => undefined);
      // Drawn again whatever became of it: what was dragged goes back to where it is.
      await done.finally(page.changed);
    },
  });
  return {
    ...page,
    showRole: (wanted) => {
      role = wanted ?? role;
      page.show();
      page.changed();
    },
  };
}

const all = { includeDeprecated: true, includeTesting: true, limit: 1000 };

async function candidates(ask: Ask, role: string, signal: AbortSignal): Promise<readonly Entry[]> {
  const { entries } = await ask("models.list", { role, ...all }, signal);
  return ranked(entries, role);
}

/** On the entry as it is now, so that nothing another has changed meanwhile is lost. */
async function change(
  ask: Ask,
  name: string,
  patchOf: (entry: Entry) => EntryPatch,
  signal: AbortSignal,
): Promise<void> {
  const entry = await ask("models.show", { name }, signal);
  await ask("models.edit", { name, basis: entry.basis, patch: patchOf(entry) }, signal);
}

/** Asks for a role and says who is preferred for it. */
export async function resolveRole(desk: Desk, showRole: (role: string) => void): Promise<void> {
  const { ask, report, signal } = desk;
  const role = await vscode.window.showQuickPick(roleNames(), {
    title: vscode.l10n.t("Roles"),
    placeHolder: vscode.l10n.t("Which role"),
  });
  if (role === undefined) return;
  const { preferred, others } = await ask("roles.resolve", { role }, signal);
  const message = preferred
    ? vscode.l10n.t("{0}: {1} is preferred, {2} others can stand in.", role, preferred.displayName, others.length)
    : vscode.l10n.t("{0}: no installed model has this role.", role);
  const edit = vscode.l10n.t("Edit Roles");
  const tell = async (): Promise<void> => {
    if ((await vscode.window.showInformationMessage(message, edit)) === edit) showRole(role);
  };
  void tell().catch(report.error);
}
