import type { KeepLimit } from "./settings.ts";
import { plainPath } from "./util/plain-path.ts";

// What a setting may hold: the value in the shape it is used in, or undefined where it cannot be used.

/** What is left out stays at its default. */
export const keepLimit =
  (count: number, days: number) =>
  (value: unknown): KeepLimit | undefined => {
    if (!isRecord(value)) return undefined;
    const limit = { count: value["count"] ?? count, days: value["days"] ?? days };
    const fits = (one: unknown): one is number => typeof one === "number" && Number.isInteger(one) && one >= 1;
    return fits(limit.count) && fits(limit.days) ? { count: limit.count, days: limit.days } : undefined;
  };

export const folder = (value: unknown): string | undefined =>
  typeof value === "string" && isAbsolute(value) ? plainPath(value) : undefined;

export const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;

export const absoluteFiles = (value: unknown): readonly string[] | undefined => {
  const files = texts(value);
  return files?.every(isAbsolute) === true ? [...new Set(files)] : undefined;
};

export const oneOf =
  <const T extends string>(...choices: readonly T[]) =>
  (value: unknown): T | undefined =>
    choices.find((choice) => choice === value);

export const httpAddress = (value: unknown): string | undefined =>
  typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : undefined;

export const ipAddress = (value: unknown): string | undefined => {
  if (typeof value !== "string") return undefined;
  const parts = value.split(".");
  const isV4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isV4 || (value.includes(":") && URL.canParse(`http://[${value}]`)) ? value : undefined;
};

/** Absolute on both sides. */
export const folderPairs = (value: unknown): Readonly<Record<string, string>> | undefined => {
  if (!isRecord(value)) return undefined;
  const pairs: [string, string][] = [];
  for (const [here, there] of Object.entries(value)) {
    if (!isAbsolute(here) || typeof there !== "string" || !isAbsolute(there)) return undefined;
    pairs.push([here, there]);
  }
  return Object.fromEntries(pairs);
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isAbsolute = (path: string): boolean =>
  path.startsWith("/") || /^[a-z]:[\\/]/i.test(path) || path.startsWith("\\\\");
