import * as vscode from "vscode";
import { plain, table } from "../../core/present/markdown.ts";
import { modelRow } from "../../core/present/model-row.ts";
import type { Entry } from "../../core/protocol/models.ts";
import type { Ask } from "../ask.ts";
import type { Documents } from "../documents.ts";
import { pickOne } from "../pick.ts";
import { roleNames } from "../settings.ts";

/** How many a picker offers; whoever has more finds them in the view. */
const OFFERED = 1000;

/** One model of those that fit; undefined: given up, or none fits. */
export async function pickModel(
  ask: Ask,
  title: string,
  none: string,
  fits: (entry: Entry) => boolean,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  const args = { limit: OFFERED, includeDeprecated: true, includeTesting: true };
  const { entries } = await ask("models.list", args, signal);
  return pickOne(
    { title, placeholder: vscode.l10n.t("Which model"), none },
    entries.filter(fits).map((entry) => {
      const { label, description, icon } = modelRow(entry, false);
      return { value: entry, label: `$(${icon}) ${label}`, description, detail: entry.name };
    }),
  );
}

/** Who is preferred for a role, and who comes after. */
export async function showRole(ask: Ask, documents: Documents, signal: AbortSignal): Promise<void> {
  const role = await pickOne(
    {
      title: vscode.l10n.t("Roles"),
      placeholder: vscode.l10n.t("Which role"),
      none: vscode.l10n.t("There is no role."),
    },
    roleNames().map((name) => ({ value: name, label: name })),
  );
  if (role === undefined) return;
  const { preferred, others } = await ask("roles.resolve", { role }, signal);
  const all = [...(preferred ? [preferred] : []), ...others];
  const rows = all.map((entry) => [
    plain(entry.displayName),
    String(entry.rolePriority[role] ?? "–"),
    entry === preferred ? vscode.l10n.t("preferred") : "",
  ]);
  const heads = [vscode.l10n.t("Model"), vscode.l10n.t("Priority"), ""];
  const title = vscode.l10n.t("Role {0}", role);
  const text = rows.length === 0 ? vscode.l10n.t("No model has this role.") : table(heads, rows);
  await documents.show(title, `# ${plain(title)}\n\n${text}`);
}

/** Every setting with where its value comes from. */
export async function showSettings(ask: Ask, documents: Documents, signal: AbortSignal): Promise<void> {
  const { settings } = await ask("config.show", {}, signal);
  const rows = settings.map(({ key, value, origin, problem }) => [
    plain(key),
    plain(JSON.stringify(value)),
    plain(origin),
    plain(problem ?? ""),
  ]);
  const heads = [vscode.l10n.t("Setting"), vscode.l10n.t("Value"), vscode.l10n.t("From"), vscode.l10n.t("Problem")];
  const title = vscode.l10n.t("Effective settings");
  await documents.show(title, `# ${title}\n\n${table(heads, rows)}`);
}
