import type { Registry } from "./registry.ts";
import { nameEntry } from "./entry-naming.ts";
import type { NewEntry } from "./new-entry.ts";

/**
 * Two owners may publish a model under one name. The one that comes second is named with its owner, so that it does not
 * take the first one's place; so is one beside an entry of unknown source that has other files. The same source again is
 * the same entry.
 */
export async function keepApart(registry: Pick<Registry, "query">, entry: NewEntry): Promise<NewEntry> {
  const { source } = entry;
  if (source === undefined) return entry;
  const [other] = await registry.query(
    `SELECT source_reference FROM entries
     WHERE name = ? AND layer = 'discovered'
       AND coalesce(source_reference <> ?, path <> ?, 0)`,
    [nameEntry(entry), source.reference, entry.path ?? ""],
  );
  const [owner, tail] = source.reference.split("/");
  if (other === undefined || owner === undefined || tail === undefined) return entry;
  return { ...entry, family: `${owner}-${entry.family}`, displayName: `${entry.displayName} · ${owner}` };
}
