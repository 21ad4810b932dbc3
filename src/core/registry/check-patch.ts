import type { EntryPatch } from "../protocol/editing.ts";
import { fault } from "../util/faults.ts";
import { foldCapabilities } from "./capabilities.ts";
import type { PersonFields } from "./person-fields.ts";

/**
 * What the patch says, in the form the rows hold it.
 * @param roles those of the settings @param now what the entry says; roles it holds already may stay
 * @throws FaultError `badArguments` with the field
 */
export function checkPatch(patch: EntryPatch, roles: readonly string[], now: PersonFields): Partial<PersonFields> {
  const held = patch.roles === undefined ? now.roles : checkRoles(patch.roles, roles, now.roles);
  const priorities = patch.rolePriority ?? (patch.roles === undefined ? undefined : now.rolePriority);
  return {
    ...(patch.displayName !== undefined && { displayName: oneLine("displayName", patch.displayName) }),
    ...(patch.backend !== undefined && { backend: patch.backend }),
    ...(patch.backendConfig !== undefined && { backendConfig: checkConfig(patch.backendConfig) }),
    ...(patch.extraArgs !== undefined && { extraArgs: patch.extraArgs.map(argument) }),
    ...(patch.aliases !== undefined && { aliases: unique(patch.aliases.map((one) => oneLine("aliases", one))) }),
    ...(patch.roles !== undefined && { roles: held }),
    ...(priorities !== undefined && { rolePriority: checkPriorities(priorities, held, patch.rolePriority) }),
    ...(patch.capabilities !== undefined && { capabilities: foldCapabilities(patch.capabilities) }),
    ...(patch.notes !== undefined && { notes: patch.notes === "" ? null : patch.notes }),
    ...(patch.description !== undefined && { description: patch.description === "" ? null : patch.description }),
    ...(patch.deprecated !== undefined && { deprecated: patch.deprecated }),
    ...(patch.locked !== undefined && { locked: patch.locked }),
  };
}

function checkRoles(wanted: readonly string[], roles: readonly string[], held: readonly string[]): readonly string[] {
  const stranger = wanted.find((role) => !roles.includes(role) && !held.includes(role));
  if (stranger !== undefined) throw unfit("roles", `there is no role “${stranger}”; the roles are ${roles.join(", ")}`);
  return unique(wanted);
}

/** A priority goes with its role: those of roles the entry does not have are refused where they are given, else dropped. */
function checkPriorities(
  priorities: Readonly<Record<string, number>>,
  held: readonly string[],
  given: EntryPatch["rolePriority"],
): Readonly<Record<string, number>> {
  for (const [role, priority] of Object.entries(given ?? {})) {
    if (!held.includes(role)) throw unfit("rolePriority", `the entry does not have the role “${role}”`);
    if (!Number.isInteger(priority) || priority < 0 || priority > 100)
      throw unfit(`rolePriority.${role}`, "takes a whole number from 0 to 100");
  }
  return Object.fromEntries(Object.entries(priorities).filter(([role]) => held.includes(role)));
}

function checkConfig(config: PersonFields["backendConfig"]): PersonFields["backendConfig"] {
  for (const field of ["host", "baseUrl", "modelPath"] as const) {
    const value = config[field];
    if (value !== undefined && oneLine(`backendConfig.${field}`, value) !== value)
      throw unfit(`backendConfig.${field}`, "takes no blanks at its ends");
  }
  return config;
}

/** Blanks at its ends are part of it: it reaches the server as it is. */
function argument(value: string): string {
  if (value === "" || broken(value)) throw unfit("extraArgs", "takes one argument a line");
  return value;
}

function oneLine(field: string, value: string): string {
  const trimmed = value.trim();
  if (trimmed === "" || broken(trimmed)) throw unfit(field, "takes a text of one line");
  return trimmed;
}

const broken = (value: string): boolean => /[\r\n\0]/.test(value);
const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
const unfit = (path: string, problem: string): Error =>
  fault({ code: "badArguments", verb: "models.edit", path: `patch.${path}`, problem });
