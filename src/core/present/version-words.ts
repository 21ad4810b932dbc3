import type { HubVersion } from "../protocol/hub.ts";

/** What it is for and of when, as `SDXL 1.0 · 2024-05-01`; may be empty. */
export function versionFacts({ baseModel, publishedAt }: HubVersion): string {
  const day = publishedAt?.slice(0, 10) ?? "";
  return [baseModel ?? "", /^\d{4}-\d\d-\d\d$/.test(day) ? day : ""].filter((part) => part !== "").join(" · ");
}

/** The same behind its name. */
export const versionLine = (version: HubVersion): string =>
  [version.name, versionFacts(version)].filter((part) => part !== "").join(" · ");
