import type { ComposeBeside } from "./beside.ts";
import { isRecord } from "./parse-compose.ts";
import { isSecretName } from "./withheld.ts";

interface EnvironmentUse {
  /** As they are to be. */
  readonly values: readonly (readonly [name: string, value: string])[];
  /** Handed on from outside, and not there: the server has none, whatever its image says. */
  readonly unset: readonly string[];
  readonly problems: readonly string[];
}

/**
 * The variables of a service. One without a value is handed on from outside: from the profile, from the environment of
 * Model Deck itself, which may be no secret as it is shown with the profile, else from `.env`.
 * @param say a text of the file with its variables in place
 */
export function environmentOf(
  given: unknown,
  ofProfile: (name: string) => string | undefined,
  { environment, variables }: Pick<ComposeBeside, "environment" | "variables">,
  say: (text: unknown) => string,
): EnvironmentUse {
  const values: (readonly [string, string])[] = [];
  const unset: string[] = [];
  const problems: string[] = [];
  for (const [name, value] of pairsOf(given)) {
    if (value !== null) {
      values.push([name, say(value)]);
      continue;
    }
    const own = Object.hasOwn(environment, name) ? environment[name] : undefined;
    const isSecret = isSecretName(name);
    const outer = ofProfile(name) ?? (isSecret ? undefined : own) ?? variables.get(name);
    if (outer !== undefined) values.push([name, outer]);
    else unset.push(name);
    if (outer === undefined && own !== undefined)
      problems.push(`${name} looks like a secret, and is handed on from .env alone: write it there`);
  }
  return { values, unset, problems };
}

/** null: without a value. */
function pairsOf(given: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (isRecord(given)) return Object.entries(given);
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.map((one) => {
    const [, name = String(one), value] = /^([^=]+)=(.*)$/s.exec(String(one)) ?? [];
    return [name, value ?? null];
  });
}
