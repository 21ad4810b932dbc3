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

/** The capability a characteristic of yes or no is; undefined where it is none. */
export const capabilityOf = (characteristic: string): string | undefined =>
  CAPABILITIES.find(([name]) => name === characteristic)?.[1];
