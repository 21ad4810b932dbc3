import type { Registry } from "../registry/registry.ts";
import { fault } from "../util/faults.ts";

/**
 * What a person locked keeps its row and its files.
 * @param names of entries that would change  @param places absolute paths that would get other bytes
 * @throws FaultError `locked`
 */
export async function refuseLockedOnes(
  { registry }: { readonly registry: Pick<Registry, "query"> },
  names: readonly string[],
  places: readonly string[],
): Promise<void> {
  const marks = (list: readonly string[]): string => list.map(() => "?").join(", ");
  const [locked] = await registry.query(
    `SELECT display_name FROM entries
     WHERE locked = 1 AND (name IN (${marks(names)}) OR path IN (${marks(places)})
       OR name IN (SELECT entry FROM files WHERE path IN (${marks(places)})))
     LIMIT 1`,
    [...names, ...places, ...places],
  );
  if (locked) throw fault({ code: "locked", what: String(locked["display_name"]), byPerson: true });
}
