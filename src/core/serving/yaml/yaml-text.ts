import type { ProfileValue } from "../../protocol/profiles.ts";

/** A text or number as it stands in YAML, also inside of brackets; quoted where it would be taken for something else. */
export const scalarText = (value: string | number): string => {
  if (typeof value === "number") return String(value);
  const isPlain = /^[A-Za-z_/.][A-Za-z0-9_/.@%+=~:-]*( [A-Za-z0-9_/.@%+=~-]+)*$/.test(value) && !/:( |$)/.test(value);
  return isPlain && !RESERVED.test(value) ? value : JSON.stringify(value);
};

const RESERVED = /^(y|n|yes|no|on|off|true|false|null|~|\.inf|\.nan|[.+-]?[\d.]+(e[+-]?\d+)?)$/i;

export const flowText = (value: ProfileValue["value"]): string =>
  typeof value === "object" ? `[${value.map(scalarText).join(", ")}]` : scalarText(value);

/** A profile as lines of a file, variables below `env`. @param indent of the id */
export function profileLines(
  id: string,
  values: readonly Pick<ProfileValue, "key" | "value">[],
  indent = "  ",
): readonly string[] {
  const own = values.filter(({ key }) => !key.startsWith("env."));
  const variables = values.filter(({ key }) => key.startsWith("env."));
  return [
    `${indent}${id}:`,
    ...own.map(({ key, value }) => `${indent}  ${key}: ${flowText(value)}`),
    ...(variables.length > 0 ? [`${indent}  env:`] : []),
    ...variables.map(({ key, value }) => `${indent}    ${key.slice("env.".length)}: ${scalarText(String(value))}`),
  ];
}
