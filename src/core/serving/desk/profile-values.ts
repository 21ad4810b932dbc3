import type { ProfileDifference, ProfileValue } from "../../protocol/profiles.ts";
import type { ProfilePatch } from "./profile-desk.ts";

/** Aliases are names, of which there is one each. */
export const ownValues = (values: readonly ProfileValue[], id: string): readonly ProfileValue[] =>
  values.filter(
    ({ key, origin }) =>
      key !== "aliases" &&
      key !== "extends" &&
      (origin.kind === "entry" || (origin.kind === "file" && origin.section === `profiles.${id}`) || EXTENDED(origin)),
  );

const EXTENDED = (origin: ProfileValue["origin"]): boolean =>
  origin.kind === "file" && origin.section.startsWith("profiles.");

export const patched = (
  values: readonly ProfileValue[],
  patch: ProfilePatch,
): readonly Pick<ProfileValue, "key" | "value">[] => {
  const now = new Map(values.map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(patch))
    if (value === null) now.delete(key);
    else now.set(key, value);
  return Array.from(now, ([key, value]) => ({ key, value }));
};

export function differencesOf(
  left: readonly ProfileValue[],
  right: readonly ProfileValue[],
): readonly ProfileDifference[] {
  const [one, other] = [
    new Map(left.map((value) => [value.key, value])),
    new Map(right.map((value) => [value.key, value])),
  ];
  return [...new Set([...one.keys(), ...other.keys()])].sort().flatMap((key) => {
    const [here, there] = [one.get(key), other.get(key)];
    if (JSON.stringify(here?.value) === JSON.stringify(there?.value)) return [];
    return [{ key, ...(here && { left: here }), ...(there && { right: there }) }];
  });
}
