import { nameEntry } from "./entry-naming.ts";
import { keepApart } from "./keep-apart.ts";
import { findLayers } from "./layers.ts";
import type { NewEntry } from "./new-entry.ts";
import { keptColumns } from "./person-fields.ts";
import type { Registry } from "./registry.ts";

/** The entry as it goes beside what is known: named apart from another owner's, with what a person said of it before. */
export async function amongKnown(registry: Pick<Registry, "query">, entry: NewEntry): Promise<NewEntry> {
  const apart = await keepApart(registry, entry);
  const layers = await findLayers(registry, nameEntry(apart));
  return layers ? { ...apart, kept: keptColumns(layers) } : apart;
}
