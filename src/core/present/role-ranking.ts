import { t } from "@vscode/l10n";
import type { RolesPage, RolesWords } from "../protocol/library-page.ts";
import type { Entry } from "../protocol/models.ts";
import { groupLabel } from "./model-filter.ts";

/** As the core resolves a role: the lowest priority first, those without one last, then by name. */
export const ranked = (entries: readonly Entry[], role: string): readonly Entry[] =>
  entries.toSorted((one, other) => priorityOf(one, role) - priorityOf(other, role) || (one.name < other.name ? -1 : 1));

const LAST = 100;
const priorityOf = ({ rolePriority }: Entry, role: string): number => rolePriority[role] ?? LAST + 1;

/**
 * The priorities that must change so that the entry comes to its new place: its own where there is room between its new
 * neighbours, else all are spread anew. More than 101 entries cannot all have a priority of their own: the last share one.
 * @param order as they stand now @param to its place after the move, from 0
 */
export function prioritiesAfterMove(
  order: readonly Entry[],
  role: string,
  name: string,
  to: number,
): ReadonlyMap<string, number> {
  const moved = order.find((entry) => entry.name === name);
  if (!moved || order[to]?.name === name) return new Map();
  const others = order.filter((entry) => entry !== moved);
  const place = Math.min(Math.max(0, to), others.length);
  const [before, after] = [others[place - 1], others[place]];
  const low = before ? priorityOf(before, role) : -1;
  const high = after ? priorityOf(after, role) : LAST + 1;
  const room = Math.floor((low + high) / 2);
  if (room > low && room < high) return new Map([[name, room]]);
  const all = others.toSpliced(place, 0, moved);
  const step = all.length > 1 ? Math.max(1, Math.min(10, Math.floor(LAST / (all.length - 1)))) : 10;
  const spread = all.map((entry, index) => [entry, Math.min(LAST, index * step)] as const);
  return new Map(
    spread.flatMap(([entry, priority]) => (entry.rolePriority[role] === priority ? [] : [[entry.name, priority]])),
  );
}

/** @param order as `ranked` has it @param said what a move came to */
export function rolesPage(
  roles: readonly (readonly [role: string, count: number])[],
  role: string,
  order: readonly Entry[],
  said: string,
): RolesPage {
  const preferred = order.find((entry) => whyNot(entry) === "");
  return {
    roles: roles.map(([value, count]) => ({ value, label: `${value} (${count})` })),
    role,
    candidates: order.map((entry) => ({
      name: entry.name,
      title: entry.displayName,
      description: groupLabel("backend", entry.backend),
      priority: String(entry.rolePriority[role] ?? "–"),
      note: entry === preferred ? t("preferred") : whyNot(entry),
      preferred: entry === preferred,
    })),
    empty: t("No model has this role."),
    said,
  };
}

/** Why the core passes it over; empty where it does not. */
function whyNot(entry: Entry): string {
  if (entry.state === "missing") return t("missing");
  if (entry.state === "offline") return t("offline");
  if (entry.state === "logical") return t("not downloaded");
  if (entry.deprecated) return t("deprecated");
  return entry.testing ? t("testing") : "";
}

export const rolesPageWords = (): RolesWords => ({
  role: t("Role"),
  candidates: t("Models of this role, the preferred first"),
  up: t("Up"),
  down: t("Down"),
  remove: t("Take Away"),
  add: t("Give this role to a model…"),
  hint: t("Drag a model, or use its buttons: the first that is installed is preferred."),
});
