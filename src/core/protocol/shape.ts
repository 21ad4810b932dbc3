/** Guards of the messages between host and pages, put together from parts. */
export type Guard<T> = (value: unknown) => value is T;

export const isText: Guard<string> = (value) => typeof value === "string";
export const isFlag: Guard<boolean> = (value) => typeof value === "boolean";
export const isNumber: Guard<number> = (value): value is number => Number.isFinite(value);

export const isOneOf =
  <const T extends string>(choices: readonly T[]): Guard<T> =>
  (value): value is T =>
    choices.some((choice) => choice === value);

export const isList =
  <T>(member: Guard<T>): Guard<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(member);

/** Every field of the type must be named, and fit; others may be there. */
export const isShape =
  <T extends object>(fields: { readonly [Field in keyof T]-?: Guard<T[Field]> }): Guard<T> =>
  (value): value is T => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const found = new Map<string, unknown>(Object.entries(value));
    const guards: readonly (readonly [string, Guard<unknown>])[] = Object.entries(fields);
    return guards.every(([field, fits]) => fits(found.get(field)));
  };

/** A text for each of the names. */
export const areWords =
  <const Name extends string>(names: readonly Name[]): Guard<Readonly<Record<Name, string>>> =>
  (value): value is Readonly<Record<Name, string>> => {
    if (typeof value !== "object" || value === null) return false;
    const found = new Map<string, unknown>(Object.entries(value));
    return names.every((name) => isText(found.get(name)));
  };
