import type { RoleAnswer } from "../protocol/editing.ts";
import type { Entry } from "../protocol/models.ts";
import { fault } from "../util/faults.ts";
import { nearNames } from "../util/near-names.ts";
import type { Registry } from "./registry.ts";

/**
 * Installed entries of the role, neither deprecated nor for testing: the lowest priority first, then by name; one without
 * a priority comes after those that have one. @throws FaultError `notFound` for a role the settings do not name
 */
export async function resolveRole(
  registry: Pick<Registry, "list">,
  roles: readonly string[],
  asked: string,
): Promise<RoleAnswer> {
  const role = roles.find((one) => one.toLowerCase() === asked.toLowerCase());
  if (role === undefined) throw fault({ code: "notFound", what: "role", name: asked, near: nearNames(asked, roles) });
  const found: Entry[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await registry.list({ role, installed: true, limit: 1000, cursor });
    found.push(...page.entries);
    cursor = page.cursor;
  }
  const [preferred, ...others] = found.toSorted(
    (one, other) => priorityOf(one, role) - priorityOf(other, role) || (one.name < other.name ? -1 : 1),
  );
  return { role, ...(preferred && { preferred }), others };
}

/** Above all that can be given. */
const NONE = 101;
const priorityOf = ({ rolePriority }: Entry, role: string): number => rolePriority[role] ?? NONE;
