import type { Characteristic } from "../protocol/models.ts";

/** Characteristic of yes or no → the capability it is, as `foldCapabilities` names them. */
const CAPABILITIES: readonly (readonly [string, string])[] = [
  ["text", "text"],
  ["vision", "vision"],
  ["audio", "audio"],
  ["video", "video"],
  ["embeddings", "embedding"],
  ["reranker", "reranker"],
  ["diffusion", "diffusion"],
  ["tools", "tools"],
  ["thinking", "thinking"],
];

/** What the effective characteristics say yes to; what none says is no. */
export const capabilitiesOf = (effective: readonly Characteristic[]): readonly string[] =>
  CAPABILITIES.flatMap(([name, capability]) =>
    effective.some((one) => one.name === name && one.value === true) ? [capability] : [],
  );

/** What holds by the effective characteristics; of what they say nothing stays as it was. The same list where nothing changes. */
export function capabilitiesOver(before: readonly string[], effective: readonly Characteristic[]): readonly string[] {
  const yes = capabilitiesOf(effective);
  const spokenOf = new Set(
    effective.flatMap(({ name, value }) => (typeof value === "boolean" ? (capabilityOf(name) ?? []) : [])),
  );
  const after = [...yes, ...before.filter((one) => !spokenOf.has(one))];
  return after.length === before.length && after.every((one) => before.includes(one)) ? before : after;
}

/** The capability a characteristic of yes or no is; undefined where it is none. */
export const capabilityOf = (characteristic: string): string | undefined =>
  CAPABILITIES.find(([name]) => name === characteristic)?.[1];
