/** An object of a text that anybody may have written: every look at it says what kind of value is wanted. */
export type Json = Readonly<Record<string, unknown>>;

/** Longer than any configuration there is, and short enough that its tree is held. */
const LONGEST = 4 * 1024 * 1024;

/** undefined where it is no object. */
export function readObject(text: string): Json | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    return asObject(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return undefined;
  }
}

export const asObject = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;

export const objectIn = (json: Json | undefined, name: string): Json | undefined => asObject(json?.[name]);

/** The first of the names that has a whole number from 0. */
export function countIn(json: Json, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = json[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  }
  return undefined;
}

export function textIn(json: Json | undefined, name: string): string | undefined {
  const value = json?.[name];
  return typeof value === "string" && value !== "" && value.length <= 1000 ? value : undefined;
}

/** Where not all of it is whole numbers from 0, nothing. */
export function countsIn(json: Json, name: string): readonly number[] | undefined {
  const value = listIn(json, name);
  return value?.every((one) => typeof one === "number" && Number.isSafeInteger(one) && one >= 0)
    ? value.map(Number)
    : undefined;
}

export function textsIn(json: Json | undefined, name: string): readonly string[] {
  return listIn(json, name)?.flatMap((one) => (typeof one === "string" && one.length <= 1000 ? [one] : [])) ?? [];
}

export function listIn(json: Json | undefined, name: string): readonly unknown[] | undefined {
  const value = json?.[name];
  return Array.isArray(value) ? value : undefined;
}

/** There and not null: a token's number, a nested configuration. */
export const has = (json: Json | undefined, ...names: readonly string[]): boolean =>
  names.some((name) => json?.[name] !== undefined && json[name] !== null);
