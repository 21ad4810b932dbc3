import type { Place } from "../protocol/models.ts";

/** Each path once: an entry with several files of the same bytes has each of them as a place of the others. */
export function eachPlace(places: readonly Place[], own?: string): readonly Place[] {
  const found = new Map<string, Place>();
  for (const place of places) {
    const before = found.get(place.path);
    found.set(place.path, { ...place, shared: place.shared || before?.shared === true });
  }
  return [...found.values()].map(({ entry, ...place }) => ({
    ...place,
    ...(entry !== undefined && entry !== own && { entry }),
  }));
}
