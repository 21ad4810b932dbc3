import type { EffectiveSetting } from "./protocol/editing.ts";
import type { SettingProblem, SettingReading } from "./settings.ts";
import { createRedactor } from "./util/redact.ts";

/** Keys without the prefix `modelDeck.` → who set it. What is not among them is at its default. */
export type SettingOrigins = Readonly<Record<string, "user" | "remote">>;

/**
 * What is in force, in the order of the keys. An address that carries a password is shown without it.
 * @param origins undefined where the opener cannot tell: then whatever was given is `given`
 */
export function effectiveSettings(
  readings: readonly SettingReading[],
  origins: SettingOrigins | undefined,
  problems: readonly SettingProblem[],
): readonly EffectiveSetting[] {
  return readings.map(({ key, value, given }) => {
    const found = problems.filter((one) => one.key === key).map(({ problem }) => problem);
    return {
      key: `modelDeck.${key}`,
      value: redacted(value),
      origin: !given ? "default" : origins ? (origins[key] ?? "default") : "given",
      ...(found.length > 0 && { problem: found.join("; ") }),
    };
  });
}

const redact = createRedactor();

function redacted(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redacted(inner)]));
}
