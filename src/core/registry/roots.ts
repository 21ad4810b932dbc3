import { isBelow } from "../maintenance/operations/paths.ts";

/** Places that may be on a drive that is not there. */
export interface Roots {
  readonly locations: readonly { readonly name: string; readonly path: string }[];
  readonly weightsRoot: string | undefined;
}

/** The innermost that the path lies below, else the location it is said to lie in; undefined where it is in none. */
export function rootOf(
  { locations, weightsRoot }: Roots,
  { path, location }: { readonly path: string; readonly location: string | undefined },
): string | undefined {
  const places = [...locations, ...(weightsRoot === undefined ? [] : [{ name: undefined, path: weightsRoot }])];
  const around = places.filter((place) => isBelow(path, place.path)).toSorted((a, b) => b.path.length - a.path.length);
  return (around[0] ?? places.find((place) => place.name !== undefined && place.name === location))?.path;
}
